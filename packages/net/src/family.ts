/** An address family and subsequent address family, spelled as OpenConfig's afi-safi-name. */
export type Family = 'ipv4-unicast' | 'ipv6-unicast';

/** The families vipcast speaks, in the order they are sent. */
export const FAMILIES: readonly Family[] = ['ipv4-unicast', 'ipv6-unicast'];

/** The unicast family of an address or prefix. */
export const familyOf = (value: { readonly version: 4 | 6 }): Family =>
  value.version === 4 ? 'ipv4-unicast' : 'ipv6-unicast';
