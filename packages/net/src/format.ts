import type { Address } from './address.ts';
import type { Prefix } from './prefix.ts';

const dotted = (word: number): string =>
  `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;

/** Where the longest run of two or more zero groups starts and how long it is (RFC 5952 §4.2.3: first wins). */
const longestZeroRun = (groups: readonly number[]): { start: number; length: number } => {
  let best = { start: -1, length: 1 };
  let start = 0;
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) continue;
    if (i - start > best.length) best = { start, length: i - start };
    start = i + 1;
  }
  return best;
};

const hex = (groups: readonly number[], from: number, to: number): string => {
  let text = '';
  for (let i = from; i < to; i++)
    text += i === from ? groups[i]!.toString(16) : `:${groups[i]!.toString(16)}`;
  return text;
};

/** Canonical text of an address: dotted quad, or RFC 5952 with IPv4-mapped addresses in mixed notation. */
export const formatAddress = (address: Address): string => {
  const { w0, w1, w2, w3 } = address;
  if (address.version === 4) return dotted(w0);
  if (w0 === 0 && w1 === 0 && w2 === 0xffff) return `::ffff:${dotted(w3)}`;
  // biome-ignore format: two groups a word
  const groups = [w0 >>> 16, w0 & 0xffff, w1 >>> 16, w1 & 0xffff, w2 >>> 16, w2 & 0xffff, w3 >>> 16, w3 & 0xffff];
  const { start, length } = longestZeroRun(groups);
  return start < 0 ? hex(groups, 0, 8) : `${hex(groups, 0, start)}::${hex(groups, start + length, 8)}`;
};

/** Canonical text of a prefix, `192.0.2.10/32`. */
export const formatPrefix = (prefix: Prefix): string => `${formatAddress(prefix)}/${prefix.length}`;
