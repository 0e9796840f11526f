/** An IPv4 or IPv6 address. Words are signed 32-bit, most significant first; IPv4 uses `w0` only. */
export interface Address {
  readonly version: 4 | 6;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
}

/** The IPv4 address with this value; only the low 32 bits count. */
export const ipv4 = (word: number): Address => ({ version: 4, w0: word | 0, w1: 0, w2: 0, w3: 0 });

/** The IPv6 address made of four 32-bit words, most significant first. */
export const ipv6 = (w0: number, w1: number, w2: number, w3: number): Address => ({
  version: 6,
  w0: w0 | 0,
  w1: w1 | 0,
  w2: w2 | 0,
  w3: w3 | 0,
});

/** `::ffff:a.b.c.d` for an IPv4 address (RFC 4291 §2.5.5.2). */
export const mapIPv4 = (address: Address): Address => ipv6(0, 0, 0xffff, address.w0);

/** The IPv4 address inside an IPv4-mapped one; any other address as it is. */
export const unmapIPv4 = (address: Address): Address =>
  address.version === 6 && address.w0 === 0 && address.w1 === 0 && address.w2 === 0xffff
    ? ipv4(address.w3)
    : address;

/** True when both are the same address of the same version. */
export const equalAddresses = (a: Address, b: Address): boolean =>
  a.version === b.version && a.w0 === b.w0 && a.w1 === b.w1 && a.w2 === b.w2 && a.w3 === b.w3;

/** Orders IPv4 before IPv6, then by numeric value. */
export const compareAddresses = (a: Address, b: Address): number =>
  a.version - b.version ||
  (a.w0 >>> 0) - (b.w0 >>> 0) ||
  (a.w1 >>> 0) - (b.w1 >>> 0) ||
  (a.w2 >>> 0) - (b.w2 >>> 0) ||
  (a.w3 >>> 0) - (b.w3 >>> 0);
