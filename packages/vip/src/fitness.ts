import {
  type Address,
  formatAddress,
  isIPv4Mapped,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isUnspecified,
  unmapIPv4,
} from '@vipcast/net';

/** Kinds of addresses that are nobody's service address (RFC 6890). */
const UNFIT: readonly (readonly [(address: Address) => boolean, string])[] = [
  [isUnspecified, 'is the unspecified address'],
  [isLoopback, 'is a loopback address'],
  [isLinkLocal, 'is a link-local address'],
  [isMulticast, 'is a multicast address'],
  [({ version, w0 }) => version === 4 && w0 === -1, 'is the broadcast address'],
];

/**
 * Why an address cannot be a service's, as the rest of a sentence that begins with it; `undefined` when it can.
 * @example unfitAddress(ipv4(0x7f000001)) // 'is a loopback address'
 */
export const unfitAddress = (address: Address): string | undefined =>
  isIPv4Mapped(address)
    ? `is IPv4-mapped: write ${formatAddress(unmapIPv4(address))}`
    : UNFIT.find(([is]) => is(address))?.[1];
