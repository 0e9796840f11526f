import { type Address, type Family, unmapIPv4 } from '@vipcast/net';
import { concat, copyOf, readU16 } from '../bytes.ts';
import { afiSafiOf, familyOfAfiSafi } from '../iana.ts';
import { decodePrefixes, prefixesSize, writePrefixes } from '../prefixes.ts';
import {
  type AttributeCodec,
  type AttributeOf,
  type Fault,
  fault,
  OPTIONAL_NON_TRANSITIVE,
  UPDATE_ERROR,
} from './codec.ts';
import { decodeMpNextHop, encodeMpNextHop } from './mp-next-hop.ts';
import { isMartian } from './next-hop.ts';

const CODE = 14;
const SHORTEST = 5;

const damaged = (message: string): Fault => fault(UPDATE_ERROR.optionalAttribute, message);

/** AFI, SAFI, next hop and the reserved byte: all of MP_REACH_NLRI before its prefixes. */
export const encodeMpReachHead = (family: Family, nextHops: readonly Address[]): Uint8Array => {
  const { afi, safi } = afiSafiOf(family);
  const hops = encodeMpNextHop(nextHops, family);
  return concat([Uint8Array.of(0, afi, safi, hops.length), hops, Uint8Array.of(0)]);
};

/**
 * MP_REACH_NLRI (RFC 4760 §3): routes of any family with their next hop. A family vipcast does not speak stays an
 * unknown attribute. Damage here hides where the routes are, so it cannot be a withdrawal (RFC 7606 §7.11).
 */
export const mpReach: AttributeCodec<AttributeOf<'mp-reach'>> = {
  kind: 'mp-reach',
  code: CODE,
  name: 'MP_REACH_NLRI',
  flags: OPTIONAL_NON_TRANSITIVE,
  decode(value) {
    if (value.length < SHORTEST)
      return {
        ...damaged(`is ${value.length} bytes long, at least 5 are needed`),
        handling: 'session-reset',
      };
    const family = familyOfAfiSafi(readU16(value, 0), value[2]!);
    if (!family) return { kind: 'unknown', flags: OPTIONAL_NON_TRANSITIVE, code: CODE, value: copyOf(value) };
    const start = SHORTEST + value[3]!;
    if (start > value.length) return damaged('has a next hop that runs over its end');
    const nextHops = decodeMpNextHop(value.subarray(4, start - 1), family);
    if (!nextHops) return damaged(`has a next hop of ${value[3]} bytes`);
    const prefixes = decodePrefixes(value, start, value.length, family === 'ipv4-unicast' ? 4 : 6);
    if (!prefixes) return damaged('has a prefix that is too long or runs over its end');
    const attribute = { kind: 'mp-reach', family, nextHops, prefixes } as const;
    if (!isMartian(unmapIPv4(nextHops[0]!))) return attribute;
    return {
      ...fault(UPDATE_ERROR.invalidNextHop, 'has a next hop that is not the address of a host'),
      handling: 'treat-as-withdraw',
      salvage: attribute,
    };
  },
  encode({ family, nextHops, prefixes }) {
    const head = encodeMpReachHead(family, nextHops);
    const bytes = new Uint8Array(head.length + prefixesSize(prefixes));
    bytes.set(head);
    writePrefixes(bytes, head.length, prefixes);
    return bytes;
  },
};
