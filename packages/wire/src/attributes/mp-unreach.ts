import type { Family } from '@vipcast/net';
import { copyOf, readU16 } from '../bytes.ts';
import { afiSafiOf, familyOfAfiSafi } from '../iana.ts';
import { decodePrefixes, prefixesSize, writePrefixes } from '../prefixes.ts';
import {
  type AttributeCodec,
  type AttributeOf,
  fault,
  OPTIONAL_NON_TRANSITIVE,
  UPDATE_ERROR,
} from './codec.ts';

const CODE = 15;
const SHORTEST = 3;

/** AFI and SAFI: all of MP_UNREACH_NLRI before its prefixes. */
export const encodeMpUnreachHead = (family: Family): Uint8Array => {
  const { afi, safi } = afiSafiOf(family);
  return Uint8Array.of(0, afi, safi);
};

/** MP_UNREACH_NLRI (RFC 4760 §4): withdrawn routes of any family. Without any it is an End-of-RIB (RFC 4724 §2). */
export const mpUnreach: AttributeCodec<AttributeOf<'mp-unreach'>> = {
  kind: 'mp-unreach',
  code: CODE,
  name: 'MP_UNREACH_NLRI',
  flags: OPTIONAL_NON_TRANSITIVE,
  decode(value) {
    if (value.length < SHORTEST)
      return {
        ...fault(UPDATE_ERROR.optionalAttribute, `is ${value.length} bytes long, at least 3 are needed`),
        handling: 'session-reset',
      };
    const family = familyOfAfiSafi(readU16(value, 0), value[2]!);
    if (!family) return { kind: 'unknown', flags: OPTIONAL_NON_TRANSITIVE, code: CODE, value: copyOf(value) };
    const prefixes = decodePrefixes(value, SHORTEST, value.length, family === 'ipv4-unicast' ? 4 : 6);
    return prefixes
      ? { kind: 'mp-unreach', family, prefixes }
      : fault(UPDATE_ERROR.optionalAttribute, 'has a prefix that is too long or runs over its end');
  },
  encode({ family, prefixes }) {
    const head = encodeMpUnreachHead(family);
    const bytes = new Uint8Array(head.length + prefixesSize(prefixes));
    bytes.set(head);
    writePrefixes(bytes, head.length, prefixes);
    return bytes;
  },
};
