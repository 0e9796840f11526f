import { bytesOfU32, readU32 } from '../bytes.ts';
import type { CapabilityCodec, CapabilityOf } from './codec.ts';

/** Support for 4-octet AS numbers (RFC 6793 §3): the sender's whole AS number. */
export const fourOctetAs: CapabilityCodec<CapabilityOf<'four-octet-as'>> = {
  kind: 'four-octet-as',
  code: 65,
  decode: (value) => (value.length === 4 ? { kind: 'four-octet-as', asn: readU32(value, 0) } : undefined),
  encode: ({ asn }) => bytesOfU32(asn),
};
