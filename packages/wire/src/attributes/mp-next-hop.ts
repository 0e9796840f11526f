import { type Address, addressFromBytes, addressToBytes, type Family, mapIPv4 } from '@vipcast/net';
import { concat } from '../bytes.ts';

/**
 * Reads the next hop field of MP_REACH_NLRI: 4 or 16 bytes, or 32 for a global address and a link-local one
 * (RFC 2545 §3, RFC 8950 §3). Four bytes for IPv6 routes, which some routers send, come out IPv4-mapped.
 * @returns the addresses, or `undefined` for a length that no next hop of these families has
 */
export const decodeMpNextHop = (field: Uint8Array, family: Family): Address[] | undefined => {
  if (field.length === 32)
    return [addressFromBytes(field.subarray(0, 16))!, addressFromBytes(field.subarray(16))!];
  const address = addressFromBytes(field);
  if (!address) return undefined;
  return [family === 'ipv6-unicast' && address.version === 4 ? mapIPv4(address) : address];
};

/** Writes a next hop field. For IPv6 routes it is 16 bytes an address: an IPv4 one goes out IPv4-mapped. */
export const encodeMpNextHop = (nextHops: readonly Address[], family: Family): Uint8Array =>
  concat(
    nextHops.map((address) =>
      addressToBytes(family === 'ipv6-unicast' && address.version === 4 ? mapIPv4(address) : address),
    ),
  );
