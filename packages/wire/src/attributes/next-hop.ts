import { type Address, addressFromBytes, addressToBytes, isMulticast } from '@vipcast/net';
import {
  type AttributeCodec,
  type AttributeOf,
  fault,
  UPDATE_ERROR,
  WELL_KNOWN,
  wrongLength,
} from './codec.ts';

/**
 * True for what is not the address of a host: this network, multicast, and above (RFC 4271 §6.3). Loopback is one:
 * whether it can be reached from here is not a matter of syntax.
 */
export const isMartian = (address: Address): boolean => {
  if (isMulticast(address)) return true;
  if (address.version === 6) return (address.w0 | address.w1 | address.w2 | address.w3) === 0;
  const top = address.w0 >>> 24;
  return top === 0 || top >= 224;
};

/** NEXT_HOP (RFC 4271 §5.1.3): the IPv4 address of a host. */
export const nextHop: AttributeCodec<AttributeOf<'next-hop'>> = {
  kind: 'next-hop',
  code: 3,
  name: 'NEXT_HOP',
  flags: WELL_KNOWN,
  decode(value) {
    const address = value.length === 4 ? addressFromBytes(value) : undefined;
    if (!address) return wrongLength(value, '4');
    return isMartian(address)
      ? fault(UPDATE_ERROR.invalidNextHop, 'is not the address of a host')
      : { kind: 'next-hop', address };
  },
  encode: (attribute) => addressToBytes(attribute.address),
};
