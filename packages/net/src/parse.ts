import { type Address, ipv4, ipv6 } from './address.ts';
import type { Prefix } from './prefix.ts';

const DOT = 46;
const COLON = 58;

/** Parses `text[from, to)` as a dotted quad without leading zeros; `undefined` if it is not one. */
const parseDotted = (text: string, from: number, to: number): number | undefined => {
  let word = 0;
  let octet = -1;
  let octets = 0;
  for (let i = from; i <= to; i++) {
    const code = i < to ? text.charCodeAt(i) : DOT;
    if (code === DOT) {
      if (octet < 0 || ++octets > 4) return undefined;
      word = (word << 8) | octet;
      octet = -1;
    } else {
      if (code < 48 || code > 57 || octet === 0) return undefined;
      octet = octet < 0 ? code - 48 : octet * 10 + code - 48;
      if (octet > 255) return undefined;
    }
  }
  return octets === 4 ? word : undefined;
};

const hexDigit = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
};

const parseIPv6 = (text: string): Address | undefined => {
  const groups: number[] = [];
  let gap = -1;
  let i = 0;
  const end = text.length;
  if (text.startsWith('::')) {
    gap = 0;
    i = 2;
  }
  while (i < end) {
    const start = i;
    let group = 0;
    for (; i < end; i++) {
      const digit = hexDigit(text.charCodeAt(i));
      if (digit < 0) break;
      group = (group << 4) | digit;
    }
    if (i < end && text.charCodeAt(i) === DOT) {
      const word = parseDotted(text, start, end);
      if (word === undefined) return undefined;
      groups.push(word >>> 16, word & 0xffff);
      break;
    }
    if (i === start || i - start > 4) return undefined;
    groups.push(group);
    if (i === end) break;
    if (text.charCodeAt(i++) !== COLON || i === end) return undefined;
    if (text.charCodeAt(i) === COLON) {
      if (gap >= 0) return undefined;
      gap = groups.length;
      i++;
    }
  }
  if (gap < 0 ? groups.length !== 8 : groups.length > 7) return undefined;
  if (gap >= 0) groups.splice(gap, 0, ...new Array<number>(8 - groups.length).fill(0));
  const word = (n: number) => ((groups[n] ?? 0) << 16) | (groups[n + 1] ?? 0);
  return ipv6(word(0), word(2), word(4), word(6));
};

/**
 * Reads an address. IPv4 needs four decimal octets without leading zeros; IPv6 is RFC 4291 §2.2 text without a
 * zone.
 * @returns the address, or `undefined` when the text is not exactly one address
 */
export const parseAddress = (text: string): Address | undefined => {
  if (text.includes(':')) return text.length <= 45 ? parseIPv6(text) : undefined;
  const word = parseDotted(text, 0, text.length);
  return word === undefined ? undefined : ipv4(word);
};

/**
 * Reads `address/length`. Bits below the length are kept as written: the caller decides whether they matter
 * (see `networkOf`).
 * @returns the prefix, or `undefined` when the text is not exactly one prefix
 */
export const parsePrefix = (text: string): Prefix | undefined => {
  const slash = text.indexOf('/');
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (address === undefined || !/^(0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  const length = Number(digits);
  return length <= (address.version === 4 ? 32 : 128) ? { ...address, length } : undefined;
};
