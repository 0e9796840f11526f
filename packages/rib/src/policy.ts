import { type Address, contains, type Family, type Prefix } from '@vipcast/net';
import type { LargeCommunity } from '@vipcast/wire';

/** Which routes a rule is about; `null` matches all. */
export interface PolicyMatch {
  readonly vips: readonly string[] | null;
  readonly peers: readonly string[] | null;
  readonly families: readonly Family[] | null;
  /** VIPs inside any of these. */
  readonly prefixes: readonly Prefix[] | null;
}

/** What a rule puts on a route. Absent numbers stay unset on the wire. */
export interface PolicySet {
  readonly communities: readonly number[];
  readonly extendedCommunities: readonly bigint[];
  readonly largeCommunities: readonly LargeCommunity[];
  readonly localPref: number | null;
  readonly med: number | null;
  /** How many more times the local AS stands in the AS_PATH; external peers only. */
  readonly prepend: number;
  /** Overrides the resolved next hop for routes of its own family. */
  readonly nextHop: Address | null;
}

/** One rule. The first that matches decides; what no rule matches goes out unchanged. */
export interface PolicyRule {
  readonly match: PolicyMatch;
  readonly action: 'accept' | 'reject';
  readonly set: PolicySet;
}

/** The route a policy is asked about. */
export interface PolicySubject {
  /** Every VIP that has this prefix; a rule for any of them matches. */
  readonly vips: readonly string[];
  readonly peer: string;
  readonly family: Family;
  readonly prefix: Prefix;
}

const matches = ({ vips, peers, families, prefixes }: PolicyMatch, subject: PolicySubject): boolean =>
  (vips === null || subject.vips.some((vip) => vips.includes(vip))) &&
  (peers === null || peers.includes(subject.peer)) &&
  (families === null || families.includes(subject.family)) &&
  (prefixes === null ||
    prefixes.some((outer) => outer.length <= subject.prefix.length && contains(outer, subject.prefix)));

/** Index of the first rule that matches; -1 if none does. */
export const firstMatch = (rules: readonly PolicyRule[], subject: PolicySubject): number =>
  rules.findIndex((rule) => matches(rule.match, subject));
