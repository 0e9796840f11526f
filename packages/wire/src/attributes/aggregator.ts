import { ipv4 } from '@vipcast/net';
import { bytesOfU16, bytesOfU32, concat, readI32, readU16, readU32 } from '../bytes.ts';
import { AS_TRANS } from '../iana.ts';
import {
  type AttributeCodec,
  type AttributeOf,
  fault,
  OPTIONAL_TRANSITIVE,
  UPDATE_ERROR,
  wrongLength,
} from './codec.ts';

/** AGGREGATOR (RFC 4271 §5.1.7): AS number, four bytes wide when both sides know RFC 6793, and router id. */
export const aggregator: AttributeCodec<AttributeOf<'aggregator'>> = {
  kind: 'aggregator',
  code: 7,
  name: 'AGGREGATOR',
  flags: OPTIONAL_TRANSITIVE,
  decode(value, { fourOctetAs }) {
    if (value.length !== (fourOctetAs ? 8 : 6)) return wrongLength(value, fourOctetAs ? '8' : '6');
    const asn = fourOctetAs ? readU32(value, 0) : readU16(value, 0);
    if (asn === 0) return fault(UPDATE_ERROR.optionalAttribute, 'names AS 0');
    return { kind: 'aggregator', asn, address: ipv4(readI32(value, fourOctetAs ? 4 : 2)) };
  },
  encode({ asn, address }, { fourOctetAs }) {
    const number = fourOctetAs ? bytesOfU32(asn) : bytesOfU16(asn > 0xffff ? AS_TRANS : asn);
    return concat([number, bytesOfU32(address.w0)]);
  },
};
