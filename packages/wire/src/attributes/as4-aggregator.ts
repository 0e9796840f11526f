import { ipv4 } from '@vipcast/net';
import { bytesOfU32, readI32, readU32 } from '../bytes.ts';
import {
  type AttributeCodec,
  type AttributeOf,
  fault,
  OPTIONAL_TRANSITIVE,
  UPDATE_ERROR,
  wrongLength,
} from './codec.ts';

/** AS4_AGGREGATOR (RFC 6793 §3): what a two-octet AGGREGATOR could not say. */
export const as4Aggregator: AttributeCodec<AttributeOf<'as4-aggregator'>> = {
  kind: 'as4-aggregator',
  code: 18,
  name: 'AS4_AGGREGATOR',
  flags: OPTIONAL_TRANSITIVE,
  decode(value) {
    if (value.length !== 8) return wrongLength(value, '8');
    const asn = readU32(value, 0);
    return asn === 0
      ? fault(UPDATE_ERROR.optionalAttribute, 'names AS 0')
      : { kind: 'as4-aggregator', asn, address: ipv4(readI32(value, 4)) };
  },
  encode: ({ asn, address }) => bytesOfU32(asn, address.w0),
};
