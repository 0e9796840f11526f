import { type Address, formatAddress, ipv4, ipv6, parseAddress } from '@vipcast/net';
import type { IpVersion } from '../kubernetes/service-address.ts';

/** An address as a number, for arithmetic over ranges. */
export interface Point {
  readonly version: IpVersion;
  readonly value: bigint;
}

const word = (value: number): bigint => BigInt(value >>> 0);

/** Where an address lies among those of its version. */
export const pointOf = ({ version, w0, w1, w2, w3 }: Address): Point => ({
  version,
  value: version === 4 ? word(w0) : (word(w0) << 96n) | (word(w1) << 64n) | (word(w2) << 32n) | word(w3),
});

/** Where a canonical text lies; `undefined` when it is no address. */
export const pointOfText = (text: string): Point | undefined => {
  const address = parseAddress(text);
  return address && pointOf(address);
};

const low = (value: bigint): number => Number(BigInt.asIntN(32, value));

/** The address at a point, in canonical text. */
export const textAt = (version: IpVersion, value: bigint): string =>
  formatAddress(
    version === 4
      ? ipv4(low(value))
      : ipv6(low(value >> 96n), low(value >> 64n), low(value >> 32n), low(value)),
  );
