import { type Address, compareAddresses, contains, isUniqueLocal } from '@vipcast/net';
import type { HostAddress } from './decision.ts';

const compareNumbers = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Orders text by code unit, the same on every machine. */
export const compareWords = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Orders addresses as next hops for `peer`, best first: on the peer's subnet, global before unique-local, longest
 * preferred, lowest. The interface name settles an address that two links share.
 */
export const preferenceOf = (peer: Address) => {
  const offSubnet = ({ address, length }: HostAddress) => (contains({ ...address, length }, peer) ? 0 : 1);
  const uniqueLocal = ({ address }: HostAddress) => (isUniqueLocal(address) ? 1 : 0);
  return (a: HostAddress, b: HostAddress): number =>
    offSubnet(a) - offSubnet(b) ||
    uniqueLocal(a) - uniqueLocal(b) ||
    compareNumbers(b.preferredLifetime, a.preferredLifetime) ||
    compareAddresses(a.address, b.address) ||
    compareWords(a.interface, b.interface);
};
