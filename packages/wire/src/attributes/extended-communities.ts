import { readItems, readU32, writeU32 } from '../bytes.ts';
import {
  type AttributeCodec,
  type AttributeOf,
  isRagged,
  OPTIONAL_TRANSITIVE,
  wrongLength,
} from './codec.ts';

const readU64 = (bytes: Uint8Array, at: number): bigint =>
  (BigInt(readU32(bytes, at)) << 32n) | BigInt(readU32(bytes, at + 4));

/** EXTENDED COMMUNITIES (RFC 4360): eight bytes each. */
export const extendedCommunities: AttributeCodec<AttributeOf<'extended-communities'>> = {
  kind: 'extended-communities',
  code: 16,
  name: 'EXTENDED COMMUNITIES',
  flags: OPTIONAL_TRANSITIVE,
  decode: (value) =>
    isRagged(value, 8)
      ? wrongLength(value, 'a multiple of 8')
      : {
          kind: 'extended-communities',
          communities: readItems(value, 8, readU64),
        },
  encode({ communities }) {
    const bytes = new Uint8Array(communities.length * 8);
    communities.forEach((community, i) => {
      writeU32(bytes, i * 8, Number(community >> 32n));
      writeU32(bytes, i * 8 + 4, Number(community & 0xffff_ffffn));
    });
    return bytes;
  },
};
