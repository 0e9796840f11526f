import { type Family, familyOf } from '@vipcast/net';
import { type AttributeSet, buildAttributes } from './attribute-set.ts';
import type { Destination } from './destinations.ts';
import type { NextHop, Peer, PeerSession, Refusal, Said } from './peer.ts';
import { decidePolicy, type Policy, type PolicyDecision, type PolicySet } from './policy.ts';

/** The policy, and what it needs to know of VIPs. */
export interface Judge {
  policy: Policy;
  /** By VIP the advertisements that select it; one that needs none is not there. */
  readonly selectedBy: ReadonlyMap<string, readonly string[]>;
  readonly draining: ReadonlySet<string>;
}

const UNTOUCHED: PolicyDecision = { key: '', set: undefined };

const refuse = (reason: Refusal['reason'], detail: string): Refusal => ({ reason, detail });

/** The set in use that is the same on the wire as the built one, or that one; found by the rule from now on. */
const intern = ({ interned }: Peer, rule: string, built: AttributeSet): AttributeSet => {
  const sets = interned.get(built.family) ?? new Map<string, AttributeSet>();
  interned.set(built.family, sets);
  const set = [...sets.values()].find(({ key }) => key === built.key) ?? built;
  sets.set(rule, set);
  return set;
};

/** The next hop that a policy sets for routes of its own family; it stands in for one that could not be resolved, too. */
const overrideOf = (set: PolicySet | undefined, family: Family): NextHop | undefined => {
  const address = set?.nextHop;
  return address && familyOf(address) === family ? { addresses: [address] } : undefined;
};

/** Names of the advertisements that select any of the VIPs; `undefined` when one of them needs none. */
const selecting = (
  selectedBy: Judge['selectedBy'],
  vips: readonly string[],
): readonly string[] | undefined => {
  const names = vips.map((vip) => selectedBy.get(vip));
  return names.includes(undefined) ? undefined : names.flatMap((each) => each ?? []);
};

const decide = ({ policy, selectedBy }: Judge, peer: string, destination: Destination): PolicyDecision => {
  if (policy.rules.length === 0 && policy.advertisements === null) return UNTOUCHED;
  const { family, prefix, vips } = destination;
  const advertisements = policy.advertisements === null ? undefined : selecting(selectedBy, vips);
  return decidePolicy(policy, { vips, peer, family, prefix, ...(advertisements && { advertisements }) });
};

const GRACEFUL_SHUTDOWN = 0xffff_0000;

const EMPTY: PolicySet = {
  communities: [],
  extendedCommunities: [],
  largeCommunities: [],
  localPref: null,
  med: null,
  prepend: 0,
  nextHop: null,
};

/** A prefix drains when every VIP that has it does. */
const drains = ({ draining }: Judge, { vips }: Destination): boolean =>
  draining.size > 0 && vips.every((vip) => draining.has(vip));

/** Graceful shutdown, RFC 8326 §4: the community for external peers, which act on it, and the lowest preference inside. */
const lessPreferred = ({ key, set = EMPTY }: Exclude<PolicyDecision, { refused: string }>) => ({
  key: `${key} draining`,
  set: { ...set, communities: [...new Set([...set.communities, GRACEFUL_SHUTDOWN])], localPref: 0 },
});

/**
 * Decides what one peer should hear of one destination: family, policy, next hop, in this order; `undefined` while its
 * next hop is still being decided.
 */
export const wishFor = (
  peer: Peer,
  session: PeerSession,
  judge: Judge,
  destination: Destination,
): Said | undefined => {
  const { family } = destination;
  if (!session.families.includes(family)) return refuse('family-not-negotiated', family);
  const decision = decide(judge, peer.name, destination);
  if ('refused' in decision) return refuse('policy', decision.refused);
  const { key, set } = drains(judge, destination) ? lessPreferred(decision) : decision;
  const nextHop = overrideOf(set, family) ?? peer.nextHops.get(family);
  if (nextHop === undefined) return undefined;
  if ('refused' in nextHop) return refuse('no-next-hop', nextHop.refused);
  return (
    peer.interned.get(family)?.get(key) ??
    intern(peer, key, buildAttributes(family, session, nextHop.addresses, set))
  );
};
