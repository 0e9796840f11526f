import type { Prefix } from '@vipcast/net';
import { readI32 } from './bytes.ts';

/** The bytes a prefix takes: its length, then as few octets as hold it (RFC 4271 §4.3). */
export const prefixSize = (prefix: Prefix): number => 1 + ((prefix.length + 7) >>> 3);

/** The bytes these prefixes take together. */
export const prefixesSize = (prefixes: readonly Prefix[]): number => {
  let size = 0;
  for (const prefix of prefixes) size += prefixSize(prefix);
  return size;
};

const mask = (bits: number): number => (bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits));

/** The word made of the octets at `at` that lie before `end`, the others 0. */
const readWord = (bytes: Uint8Array, at: number, end: number): number => {
  if (at + 4 <= end) return readI32(bytes, at);
  let word = 0;
  for (let i = at, shift = 24; i < end; i++, shift -= 8) word |= bytes[i]! << shift;
  return word;
};

/**
 * Reads prefixes of one IP version from `bytes[from, to)`. Bits beyond a prefix's length are of no meaning
 * (RFC 4271 §4.3) and come out as 0.
 * @returns the prefixes, or `undefined` when a length is too long or the last prefix runs over the end
 */
export const decodePrefixes = (
  bytes: Uint8Array,
  from: number,
  to: number,
  version: 4 | 6,
): Prefix[] | undefined => {
  const longest = version === 4 ? 32 : 128;
  const prefixes: Prefix[] = [];
  let at = from;
  while (at < to) {
    const length = bytes[at++]!;
    const end = at + ((length + 7) >>> 3);
    if (length > longest || end > to) return undefined;
    prefixes.push({
      version,
      w0: readWord(bytes, at, end) & mask(length),
      w1: version === 4 ? 0 : readWord(bytes, at + 4, end) & mask(length - 32),
      w2: version === 4 ? 0 : readWord(bytes, at + 8, end) & mask(length - 64),
      w3: version === 4 ? 0 : readWord(bytes, at + 12, end) & mask(length - 96),
      length,
    });
    at = end;
  }
  return prefixes;
};

const writeWord = (bytes: Uint8Array, at: number, word: number, octets: number): void => {
  for (let i = 0, shift = 24; i < octets; i++, shift -= 8) bytes[at + i] = word >>> shift;
};

/**
 * Writes `prefixes[first, last)` at `at`. The room needed is the sum of their `prefixSize`.
 * @returns where the next byte goes
 */
export const writePrefixes = (
  bytes: Uint8Array,
  at: number,
  prefixes: readonly Prefix[],
  first = 0,
  last = prefixes.length,
): number => {
  for (let i = first; i < last; i++) {
    const { length, w0, w1, w2, w3 } = prefixes[i]!;
    const octets = (length + 7) >>> 3;
    bytes[at++] = length;
    writeWord(bytes, at, w0 & mask(length), Math.min(octets, 4));
    if (octets > 4) writeWord(bytes, at + 4, w1 & mask(length - 32), Math.min(octets - 4, 4));
    if (octets > 8) writeWord(bytes, at + 8, w2 & mask(length - 64), Math.min(octets - 8, 4));
    if (octets > 12) writeWord(bytes, at + 12, w3 & mask(length - 96), octets - 12);
    at += octets;
  }
  return at;
};
