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

const hex = (groups: readonly number[]): string => groups.map((group) => group.toString(16)).join(':');

/** Canonical text of an address: dotted quad, or RFC 5952 with IPv4-mapped addresses in mixed notation. */
export const formatAddress = (address: Address): string => {
  const { w0, w1, w2, w3 } = address;
  if (address.version === 4) return dotted(w0);
  if (w0 === 0 && w1 === 0 && w2 === 0xffff) return `::ffff:${dotted(w3)}`;
  const groups = [w0, w1, w2, w3].flatMap((word) => [word >>> 16, word & 0xffff]);
  const run = longestZeroRun(groups);
  if (run.start < 0) return hex(groups);
  return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
};

/** Canonical text of a prefix, `192.0.2.10/32`. */
export const formatPrefix = (prefix: Prefix): string => `${formatAddress(prefix)}/${prefix.length}`;
