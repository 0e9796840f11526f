import { type Address, formatAddress } from '@vipcast/net';

/** An address the host has, on one of its interfaces. */
export interface HostAddress {
  readonly address: Address;
  /** Length of the on-link prefix, in bits. */
  readonly length: number;
  readonly interface: string;
  readonly scope: 'global' | 'link' | 'host';
  readonly flags: AddressFlags;
  /** Seconds the address stays preferred; `Infinity` for ever. */
  readonly preferredLifetime: number;
}

/** States of an IPv6 address (RFC 4862 §2, RFC 8981); an IPv4 address may be deprecated. */
export interface AddressFlags {
  readonly temporary: boolean;
  readonly deprecated: boolean;
  readonly tentative: boolean;
  readonly dadFailed: boolean;
}

const wordOf = ({ address, flags, length, preferredLifetime, scope, ...host }: HostAddress): string =>
  [
    host.interface,
    formatAddress(address),
    length,
    scope,
    ...Object.entries(flags).flatMap(([name, set]) => (set ? [name] : [])),
    preferredLifetime === Number.POSITIVE_INFINITY ? 'forever' : 'finite',
  ].join(' ');

/** The same text for the same addresses in any order; a lifetime that merely counts down changes nothing. */
export const fingerprint = (addresses: readonly HostAddress[]): string =>
  addresses.map(wordOf).sort().join('\n');
