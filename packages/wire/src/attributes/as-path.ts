import { decodeSegments, encodeSegments } from './as-path-segments.ts';
import { type AttributeCodec, type AttributeOf, fault, UPDATE_ERROR, WELL_KNOWN } from './codec.ts';

const malformed = (message: string) => fault(UPDATE_ERROR.malformedAsPath, message);

/**
 * AS_PATH (RFC 4271 §5.1.2). AS numbers are four bytes wide when both sides know RFC 6793. Sets are refused
 * (RFC 9774); so are confederation segments from an external peer, as vipcast is in no confederation with it
 * (RFC 5065 §5).
 */
export const asPath: AttributeCodec<AttributeOf<'as-path'>> = {
  kind: 'as-path',
  code: 2,
  name: 'AS_PATH',
  flags: WELL_KNOWN,
  decode(value, context) {
    const segments = decodeSegments(value, context.fourOctetAs ? 4 : 2);
    if (!Array.isArray(segments)) return malformed(segments.message);
    for (const { kind } of segments) {
      if (kind === 'set' || kind === 'confed-set') return malformed(`contains a ${kind} segment`);
      if (kind === 'confed-sequence' && context.external)
        return malformed('from an external peer contains a confederation segment');
    }
    return { kind: 'as-path', segments };
  },
  encode: (attribute, context) => encodeSegments(attribute.segments, context.fourOctetAs ? 4 : 2),
};
