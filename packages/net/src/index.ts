/**
 * Addresses, prefixes and address families: parse, format, compare, classify.
 *
 * An address is a family and four 32-bit words held as signed integers, so that V8 keeps every field a small
 * integer and a million of them cost no boxing. IPv4 uses the first word only; the others are 0. A prefix is an
 * address with a length. Text is RFC 5952 for IPv6; interface zones (`%eth0`) are not part of an address.
 *
 * RFCs: 4291 (addressing), 4193 (unique local), 5952 (text), 6890 (special purpose).
 */
export { type Address, compareAddresses, equalAddresses, ipv4, ipv6, mapIPv4, unmapIPv4 } from './address.ts';
export { addressFromBytes, addressToBytes } from './bytes.ts';
export {
  isIPv4Mapped,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isUniqueLocal,
  isUnspecified,
} from './classify.ts';
export { FAMILIES, type Family, familyOf } from './family.ts';
export { formatAddress, formatPrefix } from './format.ts';
export { parseAddress, parsePrefix } from './parse.ts';
export { comparePrefixes, contains, hostPrefix, maskAddress, networkOf, type Prefix } from './prefix.ts';
