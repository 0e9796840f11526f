import { type Family, familyOf } from '@vipcast/net';
import { type AttributeSet, buildAttributes, sameAttributes } from './attribute-set.ts';
import type { Destination } from './destinations.ts';
import type { NextHop, Peer, PeerSession, Refusal } from './peer.ts';
import { firstMatch, type PolicyRule } from './policy.ts';

/** What a peer should hear of a destination; `undefined` while its next hop is still being decided. */
export type Wish = { readonly set: AttributeSet } | { readonly refusal: Refusal } | undefined;

const refuse = (reason: Refusal['reason'], detail: string): Wish => ({ refusal: { reason, detail } });

const intern = (peer: Peer, key: string, build: () => AttributeSet): AttributeSet => {
  const known = peer.interned.get(key);
  if (known !== undefined) return known;
  const built = build();
  const equal = [...peer.interned.values()].find(
    (other) => other.family === built.family && sameAttributes(other, built),
  );
  peer.interned.set(key, equal ?? built);
  return equal ?? built;
};

/** The next hop that a rule sets for routes of its own family; it stands in for one that could not be resolved, too. */
const overrideOf = (rule: PolicyRule | undefined, family: Family): NextHop | undefined => {
  const address = rule?.set.nextHop;
  return address && familyOf(address) === family ? { addresses: [address] } : undefined;
};

/** Decides what one peer should hear of one destination: family, policy, next hop, in this order. */
export const wishFor = (
  peer: Peer,
  session: PeerSession,
  rules: readonly PolicyRule[],
  destination: Destination,
): Wish => {
  const { family, prefix, vips } = destination;
  if (!session.families.includes(family)) return refuse('family-not-negotiated', family);
  const index = rules.length === 0 ? -1 : firstMatch(rules, { vips, peer: peer.name, family, prefix });
  const rule = rules[index];
  if (rule?.action === 'reject') return refuse('policy', `rejected by policy[${index}]`);
  const nextHop = overrideOf(rule, family) ?? peer.nextHops.get(family);
  if (nextHop === undefined) return undefined;
  if ('refused' in nextHop) return refuse('no-next-hop', nextHop.refused);
  return {
    set: intern(peer, `${family} ${index}`, () =>
      buildAttributes(family, session, nextHop.addresses, rule?.set),
    ),
  };
};
