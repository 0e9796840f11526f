import { bytesOfU32, readItems, readU32 } from '../bytes.ts';
import {
  type AttributeCodec,
  type AttributeOf,
  isRagged,
  OPTIONAL_TRANSITIVE,
  wrongLength,
} from './codec.ts';

/** COMMUNITIES (RFC 1997): 32-bit values. */
export const communities: AttributeCodec<AttributeOf<'communities'>> = {
  kind: 'communities',
  code: 8,
  name: 'COMMUNITIES',
  flags: OPTIONAL_TRANSITIVE,
  decode: (value) =>
    isRagged(value, 4)
      ? wrongLength(value, 'a multiple of 4')
      : {
          kind: 'communities',
          communities: readItems(value, 4, readU32),
        },
  encode: (attribute) => bytesOfU32(...attribute.communities),
};
