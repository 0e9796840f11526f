import { formatAddress, ipv4, parseAddress } from '@vipcast/net';
import { MAX_U16, MAX_U32, parseDecimal } from './decimal.ts';

/** Types (RFC 4360 §3, RFC 5668 §2): how the six bytes after type and subtype divide into who and what. */
const TWO_OCTET_AS = 0x00;
const IPV4 = 0x01;
const FOUR_OCTET_AS = 0x02;

const SUBTYPES: ReadonlyMap<string, number> = new Map([
  ['rt', 0x02],
  ['ro', 0x03],
  ['soo', 0x03],
]);
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x02, 'rt'],
  [0x03, 'ro'],
]);

const compose = (type: number, subtype: number, value: bigint): bigint =>
  (BigInt((type << 8) | subtype) << 48n) | value;

const composeAs = (subtype: number, asn: number, local: number, wide: boolean): bigint | undefined => {
  if (!wide) return compose(TWO_OCTET_AS, subtype, (BigInt(asn) << 32n) | BigInt(local));
  return local <= MAX_U16 ? compose(FOUR_OCTET_AS, subtype, (BigInt(asn) << 16n) | BigInt(local)) : undefined;
};

const parseGeneric = (text: string): bigint | undefined =>
  /^0x[0-9a-f]{1,16}$/i.test(text) ? BigInt(text) : undefined;

/**
 * Reads an extended community: `rt:65000:1` (route target), `ro:…` or `soo:…` (route origin), where the middle is
 * an AS number, `65000L` for a small one that is to take four bytes, or an IPv4 address; or eight bytes as `0x…`.
 * @returns the 64-bit value, or `undefined` when the text is not exactly one extended community
 */
export const parseExtendedCommunity = (text: string): bigint | undefined => {
  const [name, who, what, ...more] = text.split(':');
  if (who === undefined) return parseGeneric(text);
  const subtype = SUBTYPES.get(name!);
  const local = parseDecimal(what, MAX_U32);
  if (subtype === undefined || local === undefined || more.length > 0) return undefined;
  if (who.includes('.')) {
    const address = parseAddress(who);
    if (!address || local > MAX_U16) return undefined;
    return compose(IPV4, subtype, (BigInt(address.w0 >>> 0) << 16n) | BigInt(local));
  }
  const wide = who.endsWith('L');
  const asn = parseDecimal(wide ? who.slice(0, -1) : who, MAX_U32);
  return asn === undefined ? undefined : composeAs(subtype, asn, local, wide || asn > MAX_U16);
};

/** `rt:65000:1` and its like, or all eight bytes as `0x…` for what has no name here. */
export const formatExtendedCommunity = (community: bigint): string => {
  const type = Number(community >> 56n);
  const name = NAMES.get(Number((community >> 48n) & 0xffn));
  const high = Number((community >> 16n) & 0xffff_ffffn);
  const low = Number(community & 0xffffn);
  if (name && type === TWO_OCTET_AS)
    return `${name}:${Number((community >> 32n) & 0xffffn)}:${Number(community & 0xffff_ffffn)}`;
  if (name && type === IPV4) return `${name}:${formatAddress(ipv4(high))}:${low}`;
  if (name && type === FOUR_OCTET_AS) return `${name}:${high}${high > MAX_U16 ? '' : 'L'}:${low}`;
  return `0x${community.toString(16).padStart(16, '0')}`;
};
