import { bytesOfU32, readU32 } from '../bytes.ts';
import { type AttributeCodec, type AttributeOf, OPTIONAL_NON_TRANSITIVE, wrongLength } from './codec.ts';

/** MULTI_EXIT_DISC (RFC 4271 §5.1.4): lower is better. */
export const med: AttributeCodec<AttributeOf<'med'>> = {
  kind: 'med',
  code: 4,
  name: 'MULTI_EXIT_DISC',
  flags: OPTIONAL_NON_TRANSITIVE,
  decode: (value) => (value.length === 4 ? { kind: 'med', med: readU32(value, 0) } : wrongLength(value, '4')),
  encode: (attribute) => bytesOfU32(attribute.med),
};
