import { copyOf, readU32 } from '../bytes.ts';
import {
  type AttributeCodec,
  type AttributeOf,
  fault,
  isRagged,
  OPTIONAL_NON_TRANSITIVE,
  OPTIONAL_TRANSITIVE,
  UPDATE_ERROR,
} from './codec.ts';
import { isTlvList } from './tlv.ts';

type Opaque = AttributeCodec<AttributeOf<'unknown'>>;

/** An attribute whose meaning is nothing to vipcast, but whose damage must be noticed (RFC 7606 §8). */
const opaque = (
  code: number,
  name: string,
  flags: number,
  isWellFormed: (value: Uint8Array) => boolean,
): Opaque => ({
  kind: 'unknown',
  code,
  name,
  flags,
  decode: (value) =>
    isWellFormed(value)
      ? { kind: 'unknown', flags, code, value: copyOf(value) }
      : fault(UPDATE_ERROR.optionalAttribute, 'is malformed'),
  encode: (attribute) => attribute.value,
});

const LAST_PMSI_TUNNEL_TYPE = 7;
const INGRESS_REPLICATION = 6;

/** RFC 6514 §5: flags, tunnel type, label, tunnel identifier. */
export const pmsiTunnel: Opaque = opaque(22, 'PMSI_TUNNEL', OPTIONAL_TRANSITIVE, (value) => {
  if (value.length < 5 || value[1]! > LAST_PMSI_TUNNEL_TYPE) return false;
  return value[1] !== INGRESS_REPLICATION || value.length === 9 || value.length === 21;
});

/** Sub-TLVs of a tunnel: from type 128 on, the length takes two bytes (RFC 9012 §2). */
const isSubTlvList = (bytes: Uint8Array): boolean => {
  let at = 0;
  while (at < bytes.length) {
    const wide = bytes[at]! >= 128;
    const start = at + (wide ? 3 : 2);
    if (start > bytes.length) return false;
    at = start + (wide ? (bytes[at + 1]! << 8) | bytes[at + 2]! : bytes[at + 1]!);
  }
  return at === bytes.length;
};

/** RFC 9012 §13. */
export const tunnelEncapsulation: Opaque = opaque(23, 'Tunnel Encapsulation', OPTIONAL_TRANSITIVE, (value) =>
  isTlvList(value, { type: 2, length: 2 }, (_type, tunnel) => isSubTlvList(tunnel)),
);

/** RFC 5543 §3: descriptors of at least 36 bytes. */
export const trafficEngineering: Opaque = opaque(
  24,
  'Traffic Engineering',
  OPTIONAL_NON_TRANSITIVE,
  (value) => value.length >= 36,
);

/** RFC 5701; RFC 7606 §7.15. */
export const ipv6ExtendedCommunities: Opaque = opaque(
  25,
  'IPv6 EXTENDED COMMUNITIES',
  OPTIONAL_TRANSITIVE,
  (value) => !isRagged(value, 20),
);

/** RFC 7311 §3: an AIGP TLV (type 1) is 11 bytes, its three of type and length included. */
export const aigp: Opaque = opaque(26, 'AIGP', OPTIONAL_NON_TRANSITIVE, (value) =>
  isTlvList(
    value,
    { type: 1, length: 2, inclusive: true },
    (type, metric) => type !== 1 || metric.length === 8,
  ),
);

/** RFC 9552 §8.2.2. */
export const linkState: Opaque = opaque(29, 'BGP-LS', OPTIONAL_NON_TRANSITIVE, (value) =>
  isTlvList(value, { type: 2, length: 2 }),
);

/** RFC 9234 §5. */
export const onlyToCustomer: Opaque = opaque(
  35,
  'Only to Customer',
  OPTIONAL_TRANSITIVE,
  (value) => value.length === 4 && readU32(value, 0) !== 0,
);

/** Domain segments: a count, then that many domains of seven bytes. */
export const dPath: Opaque = opaque(36, 'D-PATH', OPTIONAL_TRANSITIVE, (value) => {
  let at = 0;
  while (at < value.length && value[at] !== 0) at += 1 + value[at]! * 7;
  return value.length > 0 && at === value.length;
});

/** RFC 9026 §3.1.6: mode, discriminator, TLVs. */
export const bfdDiscriminator: Opaque = opaque(38, 'BFD Discriminator', OPTIONAL_TRANSITIVE, (value) => {
  if (value.length < 5) return false;
  return value.length === 5 || isTlvList(value.subarray(5), { type: 1, length: 1 });
});

/** Next hop dependent characteristics: AFI, SAFI, next hop, TLVs. */
export const nextHopCharacteristics: Opaque = opaque(
  39,
  'Next Hop Dependent Characteristics',
  OPTIONAL_TRANSITIVE,
  (value) => value.length >= 4 && isTlvList(value.subarray(4 + value[3]!), { type: 2, length: 2 }),
);

/** RFC 8669 §3: Label-Index (type 1) is 7 bytes, Originator SRGB (type 3) flags and ranges of 6. */
export const prefixSid: Opaque = opaque(40, 'BGP Prefix-SID', OPTIONAL_TRANSITIVE, (value) =>
  isTlvList(value, { type: 1, length: 2 }, (type, { length }) => {
    if (type === 1) return length === 7;
    return type !== 3 || (length > 2 && (length - 2) % 6 === 0);
  }),
);

/** RFC 9793 §3. */
export const bier: Opaque = opaque(41, 'BIER', OPTIONAL_TRANSITIVE, (value) =>
  isTlvList(value, { type: 2, length: 2 }),
);

/** RFC 6368 §5: an AS number and a list of attributes. */
export const attrSet: Opaque = opaque(128, 'ATTR_SET', OPTIONAL_TRANSITIVE, (value) => value.length >= 4);
