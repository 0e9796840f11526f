import { ipv4 } from '@vipcast/net';
import { bytesOfU32, readI32 } from '../bytes.ts';
import { type AttributeCodec, type AttributeOf, OPTIONAL_NON_TRANSITIVE, wrongLength } from './codec.ts';

/** ORIGINATOR_ID (RFC 4456 §8): the router that brought a reflected route into this AS. */
export const originatorId: AttributeCodec<AttributeOf<'originator-id'>> = {
  kind: 'originator-id',
  code: 9,
  name: 'ORIGINATOR_ID',
  flags: OPTIONAL_NON_TRANSITIVE,
  decode: (value) =>
    value.length === 4
      ? { kind: 'originator-id', routerId: ipv4(readI32(value, 0)) }
      : wrongLength(value, '4'),
  encode: (attribute) => bytesOfU32(attribute.routerId.w0),
};
