import type { Address, Family } from '@vipcast/net';
import type { WireContext } from '@vipcast/wire';
import type { AttributeSet, Audience } from './attribute-set.ts';
import type { Destination } from './destinations.ts';

/** What a peer may be told, from the moment its session is up. */
export interface PeerSession extends Audience {
  readonly families: readonly Family[];
  readonly wire: WireContext;
  /** Mark the ends of a refresh (RFC 7313). */
  readonly enhancedRouteRefresh: boolean;
}

/** The next hop for one family, or why there is none. */
export type NextHop = { readonly addresses: readonly Address[] } | { readonly refused: string };

/** Why a wished route is not sent. */
export type RefusalReason = 'family-not-negotiated' | 'no-next-hop' | 'policy';

/** A refusal in force, compared by its text. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly detail: string;
}

/** How far the first, or a refreshed, table of one family has come. */
export type TableState = 'waiting' | 'sending' | 'refreshing' | 'sent';

/** What a peer was last told of a destination, or why it is not told. */
export type Said = AttributeSet | Refusal;

/** One peer: what it was told (Adj-RIB-Out), and what it must still be told. */
export interface Peer {
  readonly name: string;
  session: PeerSession | undefined;
  readonly nextHops: Map<Family, NextHop>;
  readonly tables: Map<Family, TableState>;
  /** By the destination's slot. */
  readonly said: (Said | undefined)[];
  /** Destinations whose wish may differ from what was said: never a queue of what to say. */
  dirty: Destination[];
  /** By slot: whether it is among the dirty ones. */
  readonly marked: boolean[];
  /** Attribute sets in use, by policy rule. */
  readonly interned: Map<Family, Map<string, AttributeSet>>;
}

/** A peer whose session is down. */
export const createPeer = (name: string): Peer => ({
  name,
  session: undefined,
  nextHops: new Map(),
  tables: new Map(),
  said: [],
  dirty: [],
  marked: [],
  interned: new Map(),
});

/** The attributes that a peer was told with, of what it was last told. */
export const toldWith = (said: Said | undefined): AttributeSet | undefined =>
  said !== undefined && 'attributes' in said ? said : undefined;

/** Notes that a destination may have to be told anew. */
export const mark = (peer: Peer, destination: Destination): void => {
  if (peer.session === undefined || peer.marked[destination.slot]) return;
  peer.marked[destination.slot] = true;
  peer.dirty.push(destination);
};

/** Forgets everything about the session that ended. */
export const forget = (peer: Peer): void => {
  peer.session = undefined;
  for (const part of [peer.nextHops, peer.tables, peer.interned]) part.clear();
  for (const part of [peer.said, peer.dirty, peer.marked]) part.length = 0;
};
