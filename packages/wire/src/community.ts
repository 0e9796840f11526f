import { MAX_U16, MAX_U32, parseDecimal } from './decimal.ts';
import type { LargeCommunity } from './message.ts';

/** Communities with a registered meaning, by the name people write (RFC 1997, 3765, 7611, 7999, 8326, 9494). */
export const WELL_KNOWN_COMMUNITIES: Readonly<Record<string, number>> = {
  'graceful-shutdown': 0xffff_0000,
  'accept-own': 0xffff_0001,
  'llgr-stale': 0xffff_0006,
  'no-llgr': 0xffff_0007,
  'accept-own-nexthop': 0xffff_0008,
  'standby-pe': 0xffff_0009,
  blackhole: 0xffff_029a,
  'no-export': 0xffff_ff01,
  'no-advertise': 0xffff_ff02,
  'no-export-subconfed': 0xffff_ff03,
  'no-peer': 0xffff_ff04,
};

const VALUES = new Map(Object.entries(WELL_KNOWN_COMMUNITIES));
const NAMES = new Map([...VALUES].map(([name, value]) => [value, name]));

/**
 * Reads a community: `no-export` and the other well-known names, or `ASN:value` with both in 0..65535.
 * @returns the 32-bit value, or `undefined` when the text is not exactly one community
 */
export const parseCommunity = (text: string): number | undefined => {
  const known = VALUES.get(text);
  if (known !== undefined) return known;
  const [high, low, ...more] = text.split(':');
  const asn = parseDecimal(high, MAX_U16);
  const value = parseDecimal(low, MAX_U16);
  if (asn === undefined || value === undefined || more.length > 0) return undefined;
  return asn * 0x1_0000 + value;
};

/** The well-known name, or `ASN:value`. */
export const formatCommunity = (community: number): string =>
  NAMES.get(community) ?? `${community >>> 16}:${community & MAX_U16}`;

/**
 * Reads a large community, `65000:1:2`, three numbers in 0..4294967295 (RFC 8092 §5).
 * @returns the community, or `undefined` when the text is not exactly one
 */
export const parseLargeCommunity = (text: string): LargeCommunity | undefined => {
  const [first, second, third, ...more] = text.split(':');
  const global = parseDecimal(first, MAX_U32);
  const local1 = parseDecimal(second, MAX_U32);
  const local2 = parseDecimal(third, MAX_U32);
  if (global === undefined || local1 === undefined || local2 === undefined || more.length > 0)
    return undefined;
  return { global, local1, local2 };
};

/** `65000:1:2`. */
export const formatLargeCommunity = ({ global, local1, local2 }: LargeCommunity): string =>
  `${global}:${local1}:${local2}`;
