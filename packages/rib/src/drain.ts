import { FAMILIES, type Family } from '@vipcast/net';
import { encodeEndOfRib, encodeMessage, packAnnouncements, packWithdrawals } from '@vipcast/wire';
import type { AttributeSet } from './attribute-set.ts';
import type { Destination } from './destinations.ts';
import type { Peer, PeerSession, Refusal } from './peer.ts';
import type { PolicyRule } from './policy.ts';
import { wishFor } from './wish.ts';

/** What a drain concluded, one for each UPDATE written or refusal made. */
export type RibConclusion =
  | { readonly type: 'Announced'; readonly prefixes: readonly string[]; readonly set: AttributeSet }
  | { readonly type: 'Withdrawn'; readonly family: Family; readonly prefixes: readonly string[] }
  | {
      readonly type: 'Refused';
      readonly family: Family;
      readonly prefixes: readonly string[];
      readonly refusal: Refusal;
    };

/** Bytes for the peer, in order, and what they say. */
export interface Drained {
  readonly messages: readonly Uint8Array[];
  readonly conclusions: readonly RibConclusion[];
}

/**
 * IPv4 routes with an IPv4 next hop travel as RFC 4271 has it, whatever the session runs over: everybody reads that,
 * while OpenBGPD ends a session at IPv4 in MP_REACH_NLRI.
 */
const CLASSIC = true;

/** Set on a route that a refresh must say again: equal to no wish. */
export const STALE: AttributeSet = { family: 'ipv4-unicast', nextHops: [], attributes: [] };

interface Work {
  readonly withdraw: Map<Family, Destination[]>;
  readonly announce: Map<AttributeSet, Destination[]>;
  readonly refuse: Map<string, { refusal: Refusal; family: Family; destinations: Destination[] }>;
}

const push = <K>(map: Map<K, Destination[]>, key: K, destination: Destination): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [destination]);
  else list.push(destination);
};

const withdraw = (peer: Peer, destination: Destination, work: Work): void => {
  if (peer.told.delete(destination.text)) push(work.withdraw, destination.family, destination);
};

const refuse = (peer: Peer, destination: Destination, refusal: Refusal, work: Work): void => {
  withdraw(peer, destination, work);
  const before = peer.refused.get(destination.text);
  if (before?.reason === refusal.reason && before.detail === refusal.detail) return;
  peer.refused.set(destination.text, refusal);
  const key = `${destination.family} ${refusal.reason} ${refusal.detail}`;
  const group = work.refuse.get(key);
  if (group !== undefined) group.destinations.push(destination);
  else work.refuse.set(key, { refusal, family: destination.family, destinations: [destination] });
};

const sort = (peer: Peer, session: PeerSession, rules: readonly PolicyRule[]): Work => {
  const work: Work = { withdraw: new Map(), announce: new Map(), refuse: new Map() };
  for (const [text, destination] of peer.gone) {
    withdraw(peer, destination, work);
    peer.refused.delete(text);
  }
  peer.gone.clear();
  for (const [text, destination] of peer.changed) {
    const wish = wishFor(peer, session, rules, destination);
    if (wish === undefined) continue;
    peer.changed.delete(text);
    if ('refusal' in wish) {
      refuse(peer, destination, wish.refusal, work);
      continue;
    }
    peer.refused.delete(text);
    if (peer.told.get(text) === wish.set) continue;
    peer.told.set(text, wish.set);
    push(work.announce, wish.set, destination);
  }
  return work;
};

const texts = (destinations: readonly Destination[], from: number, count: number): string[] =>
  destinations.slice(from, from + count).map((destination) => destination.text);

const prefixes = (destinations: readonly Destination[]) => destinations.map(({ prefix }) => prefix);

const refreshMark = (family: Family, subtype: 1 | 2, session: PeerSession): Uint8Array =>
  encodeMessage(
    { type: 'route-refresh', afi: family === 'ipv4-unicast' ? 1 : 2, subtype, safi: 1 },
    session.wire,
  );

/**
 * Everything the peer must hear now: withdrawals first, then announcements grouped by equal attributes and filled
 * to the message limit, then the End-of-RIB of each family whose table is now complete (RFC 4724 §2) or the end of
 * a refresh (RFC 7313 §4). Takes the wishes as they are at this moment.
 */
export const drainPeer = (peer: Peer, rules: readonly PolicyRule[]): Drained => {
  const { session } = peer;
  if (session === undefined) return { messages: [], conclusions: [] };
  const messages: Uint8Array[] = [];
  const conclusions: RibConclusion[] = [];
  const work = sort(peer, session, rules);
  const { wire: context } = session;

  for (const [family, destinations] of work.withdraw) {
    let from = 0;
    for (const { bytes, count } of packWithdrawals({
      family,
      prefixes: prefixes(destinations),
      context,
      classic: CLASSIC,
    })) {
      messages.push(bytes);
      conclusions.push({ type: 'Withdrawn', family, prefixes: texts(destinations, from, count) });
      from += count;
    }
  }
  for (const [family, table] of peer.tables)
    if (table === 'refreshing' && session.enhancedRouteRefresh)
      messages.push(refreshMark(family, 1, session));
  for (const [set, destinations] of work.announce) {
    const { family, attributes, nextHops } = set;
    let from = 0;
    for (const { bytes, count } of packAnnouncements({
      family,
      prefixes: prefixes(destinations),
      attributes,
      nextHops,
      context,
      classic: CLASSIC,
    })) {
      messages.push(bytes);
      conclusions.push({ type: 'Announced', prefixes: texts(destinations, from, count), set });
      from += count;
    }
  }
  for (const { refusal, family, destinations } of work.refuse.values())
    conclusions.push({ type: 'Refused', family, prefixes: destinations.map(({ text }) => text), refusal });
  for (const family of FAMILIES) {
    const table = peer.tables.get(family);
    if (table === 'sending') messages.push(encodeEndOfRib(family));
    if (table === 'refreshing' && session.enhancedRouteRefresh)
      messages.push(refreshMark(family, 2, session));
    if (table === 'sending' || table === 'refreshing') peer.tables.set(family, 'sent');
  }
  return { messages, conclusions };
};
