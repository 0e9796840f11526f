import { decodeSegments, encodeSegments } from './as-path-segments.ts';
import { type AttributeCodec, type AttributeOf, fault, OPTIONAL_TRANSITIVE, UPDATE_ERROR } from './codec.ts';

/** AS4_PATH (RFC 6793 §3): what a two-octet AS_PATH could not say. Confederation segments in it are dropped (§6). */
export const as4Path: AttributeCodec<AttributeOf<'as4-path'>> = {
  kind: 'as4-path',
  code: 17,
  name: 'AS4_PATH',
  flags: OPTIONAL_TRANSITIVE,
  decode(value) {
    const segments = decodeSegments(value, 4);
    if (!Array.isArray(segments)) return fault(UPDATE_ERROR.optionalAttribute, segments.message);
    if (segments.length === 0) return fault(UPDATE_ERROR.optionalAttribute, 'is empty');
    return {
      kind: 'as4-path',
      segments: segments.filter(({ kind }) => kind === 'set' || kind === 'sequence'),
    };
  },
  encode: (attribute) => encodeSegments(attribute.segments, 4),
};
