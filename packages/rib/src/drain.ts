import { FAMILIES, type Family } from '@vipcast/net';
import { encodeEndOfRib, encodeMessage, packAnnouncements, packWithdrawals } from '@vipcast/wire';
import type { AttributeSet } from './attribute-set.ts';
import type { Destination } from './destinations.ts';
import { type Packs, portions } from './packs.ts';
import { type Peer, type PeerSession, type Refusal, type Said, toldWith } from './peer.ts';
import { type Judge, wishFor } from './wish.ts';

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
export const STALE: AttributeSet = { family: 'ipv4-unicast', nextHops: [], attributes: [], key: '' };

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

const sameRefusal = (a: Refusal, b: Said | undefined): boolean =>
  b !== undefined && 'reason' in b && a.reason === b.reason && a.detail === b.detail;

const refuse = (refusal: Refusal, destination: Destination, work: Work): void => {
  const key = `${destination.family} ${refusal.reason} ${refusal.detail}`;
  const group = work.refuse.get(key);
  if (group !== undefined) group.destinations.push(destination);
  else work.refuse.set(key, { refusal, family: destination.family, destinations: [destination] });
};

/** Sorts one destination into the work. False while it cannot be decided. */
const sort = (
  peer: Peer,
  session: PeerSession,
  judge: Judge,
  destination: Destination,
  work: Work,
): boolean => {
  const { slot, family } = destination;
  const gone = destination.vips.length === 0;
  const wish = gone ? undefined : wishFor(peer, session, judge, destination);
  if (!gone && wish === undefined) return false;
  const before = peer.said[slot];
  const set = toldWith(wish);
  if (set !== undefined) {
    if (before !== set) push(work.announce, set, destination);
  } else if (toldWith(before) !== undefined) push(work.withdraw, family, destination);
  if (wish !== undefined && 'reason' in wish && !sameRefusal(wish, before)) refuse(wish, destination, work);
  peer.said[slot] = wish;
  return true;
};

const sortAll = (peer: Peer, session: PeerSession, judge: Judge): Work => {
  const work: Work = { withdraw: new Map(), announce: new Map(), refuse: new Map() };
  const undecided: Destination[] = [];
  for (const destination of peer.dirty)
    if (sort(peer, session, judge, destination, work)) peer.marked[destination.slot] = false;
    else undecided.push(destination);
  peer.dirty = undecided;
  return work;
};

const prefixes = (destinations: readonly Destination[]) => destinations.map(({ prefix }) => prefix);

const refreshMark = (family: Family, subtype: 1 | 2, session: PeerSession): Uint8Array =>
  encodeMessage(
    { type: 'route-refresh', afi: family === 'ipv4-unicast' ? 1 : 2, subtype, safi: 1 },
    session.wire,
  );

/** No family has a next hop yet: whatever is wished, nothing can be said. */
const isUndecided = ({ tables }: Peer): boolean =>
  tables.size > 0 && [...tables.values()].every((table) => table === 'waiting');

/**
 * Everything the peer must hear now: withdrawals first, then announcements grouped by equal attributes and filled
 * to the message limit, then the End-of-RIB of each family whose table is now complete (RFC 4724 §2) or the end of
 * a refresh (RFC 7313 §4). Takes the wishes as they are at this moment.
 */
export const drainPeer = (peer: Peer, judge: Judge, packs: Packs): Drained => {
  const { session } = peer;
  if (session === undefined || isUndecided(peer)) return { messages: [], conclusions: [] };
  const messages: Uint8Array[] = [];
  const conclusions: RibConclusion[] = [];
  const work = sortAll(peer, session, judge);
  const { wire: context } = session;

  for (const [family, destinations] of work.withdraw) {
    const pack = () =>
      packWithdrawals({ family, prefixes: prefixes(destinations), context, classic: CLASSIC });
    for (const portion of portions(packs, `without ${family}`, destinations, context, pack)) {
      messages.push(portion.bytes);
      conclusions.push({ type: 'Withdrawn', family, prefixes: portion.prefixes });
    }
  }
  for (const [family, table] of peer.tables)
    if (table === 'refreshing' && session.enhancedRouteRefresh)
      messages.push(refreshMark(family, 1, session));
  for (const [set, destinations] of work.announce) {
    const { family, attributes, nextHops, key } = set;
    const routes = { family, attributes, nextHops, context, classic: CLASSIC };
    const pack = () => packAnnouncements({ ...routes, prefixes: prefixes(destinations) });
    for (const portion of portions(packs, `${family} ${key}`, destinations, context, pack)) {
      messages.push(portion.bytes);
      conclusions.push({ type: 'Announced', prefixes: portion.prefixes, set });
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
