import { type Address, unmapIPv4 } from './address.ts';

const top = (address: Address, bits: number): number => address.w0 >>> (32 - bits);

/** `0.0.0.0` or `::`. */
export const isUnspecified = (address: Address): boolean =>
  address.w0 === 0 && address.w1 === 0 && address.w2 === 0 && address.w3 === 0;

/** `127.0.0.0/8` or `::1`. */
export const isLoopback = (address: Address): boolean =>
  address.version === 4
    ? top(address, 8) === 127
    : address.w0 === 0 && address.w1 === 0 && address.w2 === 0 && address.w3 === 1;

/** `169.254.0.0/16` or `fe80::/10`. */
export const isLinkLocal = (address: Address): boolean =>
  address.version === 4 ? top(address, 16) === 0xa9fe : top(address, 10) === 0x3fa;

/** `224.0.0.0/4` or `ff00::/8`. */
export const isMulticast = (address: Address): boolean =>
  address.version === 4 ? top(address, 4) === 0xe : top(address, 8) === 0xff;

/** `fc00::/7` (RFC 4193). */
export const isUniqueLocal = (address: Address): boolean => address.version === 6 && top(address, 7) === 0x7e;

/** `::ffff:0:0/96`. */
export const isIPv4Mapped = (address: Address): boolean => unmapIPv4(address) !== address;
