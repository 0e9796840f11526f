import { ipv4 } from '@vipcast/net';
import { bytesOfU32, readI32, readItems } from '../bytes.ts';
import {
  type AttributeCodec,
  type AttributeOf,
  isRagged,
  OPTIONAL_NON_TRANSITIVE,
  wrongLength,
} from './codec.ts';

const readId = (bytes: Uint8Array, at: number) => ipv4(readI32(bytes, at));

/** CLUSTER_LIST (RFC 4456 §8): the reflection clusters a route went through. */
export const clusterList: AttributeCodec<AttributeOf<'cluster-list'>> = {
  kind: 'cluster-list',
  code: 10,
  name: 'CLUSTER_LIST',
  flags: OPTIONAL_NON_TRANSITIVE,
  decode: (value) =>
    isRagged(value, 4)
      ? wrongLength(value, 'a multiple of 4')
      : {
          kind: 'cluster-list',
          clusterIds: readItems(value, 4, readId),
        },
  encode: (attribute) => bytesOfU32(...attribute.clusterIds.map((id) => id.w0)),
};
