import { type Address, compareAddresses, contains, type Family, type Prefix } from '@vipcast/net';
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

/** Addresses of one family from the first to the last, both included. */
export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
}

/** Where a BGPAdvertisement of Kubernetes lets the VIPs go that it selects, and what it puts on them; `null` is all. */
export interface AdvertisementRule {
  readonly name: string;
  /** Of a VIP with several addresses only those in a range go; left out is all. */
  readonly addresses?: readonly AddressRange[] | null;
  readonly peers: readonly string[] | null;
  readonly families: readonly Family[] | null;
  readonly set: PolicySet;
}

/** All that is asked of a route: first Kubernetes' advertisements, of which any may let it pass, then the rules. */
export interface Policy {
  /** Highest priority first; `null` when there are none, and then none is needed. */
  readonly advertisements: readonly AdvertisementRule[] | null;
  readonly rules: readonly PolicyRule[];
}

/** The route a policy is asked about. */
export interface PolicySubject {
  /** Every VIP that has this prefix; a rule for any of them matches. */
  readonly vips: readonly string[];
  /** Names of the advertisements that select any of these VIPs; left out when one of them needs none. */
  readonly advertisements?: readonly string[];
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

/** What a policy says of a route: not to be sent, and why; or what goes on it, the same object for the same key. */
export type PolicyDecision =
  | { readonly refused: string }
  /** `key` names what decided, within one policy; no `set`: nothing goes on it. */
  | { readonly key: string; readonly set: PolicySet | undefined };

const isWithin = ({ first, last }: AddressRange, prefix: Prefix): boolean =>
  compareAddresses(first, prefix) <= 0 && compareAddresses(prefix, last) <= 0;

const lets = (
  { name, addresses, peers, families }: AdvertisementRule,
  selectedBy: readonly string[],
  { peer, family, prefix }: PolicySubject,
): boolean =>
  selectedBy.includes(name) &&
  (addresses == null || addresses.some((range) => isWithin(range, prefix))) &&
  (peers === null || peers.includes(peer)) &&
  (families === null || families.includes(family));

const ofFirst = <T>(sets: readonly PolicySet[], value: (set: PolicySet) => T | null): T | null => {
  for (const set of sets) {
    const found = value(set);
    if (found !== null) return found;
  }
  return null;
};

const once = <T>(values: readonly T[], key: (value: T) => unknown = (value) => value): readonly T[] => [
  ...new Map(values.map((value) => [key(value), value])).values(),
];

/** Communities of all, and of everything else what the first has that says anything. */
const unite = (sets: readonly PolicySet[]): PolicySet => ({
  communities: once(sets.flatMap((set) => set.communities)),
  extendedCommunities: once(sets.flatMap((set) => set.extendedCommunities)),
  largeCommunities: once(
    sets.flatMap((set) => set.largeCommunities),
    ({ global, local1, local2 }) => `${global}:${local1}:${local2}`,
  ),
  localPref: ofFirst(sets, (set) => set.localPref),
  med: ofFirst(sets, (set) => set.med),
  prepend: ofFirst(sets, (set) => set.prepend || null) ?? 0,
  nextHop: ofFirst(sets, (set) => set.nextHop),
});

/** Half of a 4096-octet UPDATE (RFC 4271 §4.1), as for one rule: what is united may exceed what each may have. */
const MOST_COMMUNITY_OCTETS = 2048;

const communityOctets = ({ communities, extendedCommunities, largeCommunities }: PolicySet): number =>
  4 * communities.length + 8 * extendedCommunities.length + 12 * largeCommunities.length;

/**
 * Decides about one route. An address of a VIP that needs an advertisement goes out if one that selects the VIP has the
 * address in its ranges, and names the peer and the family; of several, communities add up and each other attribute is that of the first that sets it. A rule that
 * matches comes before them all: it may reject, and what it sets counts as set by the first.
 */
export const decidePolicy = ({ advertisements, rules }: Policy, subject: PolicySubject): PolicyDecision => {
  const index = rules.length === 0 ? -1 : firstMatch(rules, subject);
  const rule = rules[index];
  if (rule?.action === 'reject') return { refused: `rejected by policy[${index}]` };
  const selectedBy = subject.advertisements;
  if (advertisements === null || selectedBy === undefined) return { key: `${index}`, set: rule?.set };
  const passing = advertisements.filter((advertisement) => lets(advertisement, selectedBy, subject));
  if (passing.length === 0) return { refused: 'no BGPAdvertisement lets it go to this peer' };
  const set = unite([...(rule ? [rule.set] : []), ...passing.map((advertisement) => advertisement.set)]);
  if (communityOctets(set) > MOST_COMMUNITY_OCTETS)
    return { refused: `the communities of ${passing.length} BGPAdvertisements do not fit into an UPDATE` };
  return { key: [index, ...passing.map(({ name }) => name)].join(' '), set };
};
