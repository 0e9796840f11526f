import { type Address, compareAddresses, equalAddresses, ipv4, ipv6 } from './address.ts';

/** An address and how many of its leading bits count. */
export interface Prefix extends Address {
  readonly length: number;
}

/** The `/32` or `/128` of one address. */
export const hostPrefix = (address: Address): Prefix => ({
  version: address.version,
  w0: address.w0,
  w1: address.w1,
  w2: address.w2,
  w3: address.w3,
  length: address.version === 4 ? 32 : 128,
});

const mask = (bits: number): number => (bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits));

/** The address with all but its first `length` bits cleared. */
export const maskAddress = (address: Address, length: number): Address =>
  address.version === 4
    ? ipv4(address.w0 & mask(length))
    : ipv6(
        address.w0 & mask(length),
        address.w1 & mask(length - 32),
        address.w2 & mask(length - 64),
        address.w3 & mask(length - 96),
      );

/** The prefix with its host bits cleared. */
export const networkOf = (prefix: Prefix): Prefix => ({
  ...maskAddress(prefix, prefix.length),
  length: prefix.length,
});

/** True when `address` lies within `prefix`; versions must agree. */
export const contains = (prefix: Prefix, address: Address): boolean =>
  prefix.version === address.version &&
  equalAddresses(maskAddress(prefix, prefix.length), maskAddress(address, prefix.length));

/** Orders by address, then shorter before longer. */
export const comparePrefixes = (a: Prefix, b: Prefix): number =>
  compareAddresses(a, b) || a.length - b.length;
