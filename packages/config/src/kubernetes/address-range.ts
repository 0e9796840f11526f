import {
  type Address,
  compareAddresses,
  equalAddresses,
  formatAddress,
  ipv4,
  ipv6,
  networkOf,
  type Prefix,
  parseAddress,
  parsePrefix,
} from '@vipcast/net';
import { text } from '../schema/scalar.ts';

/** Addresses of one family from the first to the last, both included, in canonical text. */
export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

interface Range {
  readonly first: Address;
  readonly last: Address;
}

/** A word of an address with all bits set beyond its first `length`. */
const filled = (word: number, length: number): number =>
  length >= 32 ? word : word | (-1 >>> Math.max(length, 0));

const lastOf = ({ version, w0, w1, w2, w3, length }: Prefix): Address =>
  version === 4
    ? ipv4(filled(w0, length))
    : ipv6(filled(w0, length), filled(w1, length - 32), filled(w2, length - 64), filled(w3, length - 96));

const rangeOfPrefix = (written: string): Range | undefined => {
  const prefix = parsePrefix(written);
  return prefix && equalAddresses(prefix, networkOf(prefix))
    ? { first: prefix, last: lastOf(prefix) }
    : undefined;
};

const rangeBetween = (written: string): Range | undefined => {
  const [from, to, ...more] = written.split('-').map((part) => parseAddress(part.trim()));
  return from && to && more.length === 0 && from.version === to.version && compareAddresses(from, to) <= 0
    ? { first: from, last: to }
    : undefined;
};

const meet = (a: Range, b: Range): boolean =>
  a.first.version === b.first.version &&
  compareAddresses(a.first, b.last) <= 0 &&
  compareAddresses(b.first, a.last) <= 0;

/** What no router carries as a host route: this network, loopback, link-local, multicast, reserved, IPv4-mapped. */
const NO_SERVICE = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/127',
  '::ffff:0:0/96',
  'fe80::/10',
  'ff00::/8',
].map((prefix) => rangeOfPrefix(prefix) as Range);

/** `192.0.2.0/24`, `2001:db8::/64` or `192.0.2.10-192.0.2.20`. */
export const addressRange = text(
  'a prefix such as 192.0.2.0/24 with no bits set beyond its length, or a range such as 192.0.2.10-192.0.2.20, ' +
    'of unicast addresses',
  (written): AddressRange | undefined => {
    const range = rangeOfPrefix(written) ?? rangeBetween(written);
    if (range === undefined || NO_SERVICE.some((other) => meet(range, other))) return undefined;
    return { first: formatAddress(range.first), last: formatAddress(range.last) };
  },
);

const parsed = ({ first, last }: AddressRange): Range => ({
  first: parseAddress(first) as Address,
  last: parseAddress(last) as Address,
});

/** True when two ranges have an address in common. */
export const rangesMeet = (a: AddressRange, b: AddressRange): boolean => meet(parsed(a), parsed(b));

/** `192.0.2.10-192.0.2.20`. */
export const formatRange = ({ first, last }: AddressRange): string => `${first}-${last}`;
