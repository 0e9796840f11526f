import { readItems, readU32, writeU32 } from '../bytes.ts';
import type { LargeCommunity } from '../message.ts';
import {
  type AttributeCodec,
  type AttributeOf,
  isRagged,
  OPTIONAL_TRANSITIVE,
  wrongLength,
} from './codec.ts';

const readLarge = (bytes: Uint8Array, at: number): LargeCommunity => ({
  global: readU32(bytes, at),
  local1: readU32(bytes, at + 4),
  local2: readU32(bytes, at + 8),
});

/** LARGE_COMMUNITY (RFC 8092): three 32-bit numbers each. */
export const largeCommunities: AttributeCodec<AttributeOf<'large-communities'>> = {
  kind: 'large-communities',
  code: 32,
  name: 'LARGE_COMMUNITY',
  flags: OPTIONAL_TRANSITIVE,
  decode: (value) =>
    isRagged(value, 12)
      ? wrongLength(value, 'a multiple of 12')
      : {
          kind: 'large-communities',
          communities: readItems(value, 12, readLarge),
        },
  encode({ communities }) {
    const bytes = new Uint8Array(communities.length * 12);
    communities.forEach(({ global, local1, local2 }, i) => {
      writeU32(bytes, i * 12, global);
      writeU32(bytes, i * 12 + 4, local1);
      writeU32(bytes, i * 12 + 8, local2);
    });
    return bytes;
  },
};
