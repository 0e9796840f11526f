import { bytesOfU16, readU16 } from '../bytes.ts';
import type { CapabilityCodec, CapabilityOf } from './codec.ts';

/** Multiprotocol Extensions (RFC 4760 §8): AFI, a reserved byte, SAFI. */
export const multiprotocol: CapabilityCodec<CapabilityOf<'multiprotocol'>> = {
  kind: 'multiprotocol',
  code: 1,
  decode: (value) =>
    value.length === 4 ? { kind: 'multiprotocol', afi: readU16(value, 0), safi: value[3]! } : undefined,
  encode: ({ afi, safi }) => bytesOfU16(afi, safi),
};
