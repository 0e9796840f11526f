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

/** One peer: what it was told (Adj-RIB-Out), and what it must still be told. */
export interface Peer {
  readonly name: string;
  session: PeerSession | undefined;
  readonly nextHops: Map<Family, NextHop>;
  readonly tables: Map<Family, TableState>;
  /** By the prefix's text, as are all maps here: a VIP that comes back is the same route again. */
  readonly told: Map<string, AttributeSet>;
  readonly refused: Map<string, Refusal>;
  /** Latest wish per destination, never a queue: gone ones apart, so that they go first. */
  readonly gone: Map<string, Destination>;
  readonly changed: Map<string, Destination>;
  /** Attribute sets in use, by family and policy rule. */
  readonly interned: Map<string, AttributeSet>;
}

/** A peer whose session is down. */
export const createPeer = (name: string): Peer => ({
  name,
  session: undefined,
  nextHops: new Map(),
  tables: new Map(),
  told: new Map(),
  refused: new Map(),
  gone: new Map(),
  changed: new Map(),
  interned: new Map(),
});

/** Notes that a destination may have to be told anew. */
export const mark = (peer: Peer, destination: Destination): void => {
  if (peer.session === undefined) return;
  const [to, from] = destination.vips.length > 0 ? [peer.changed, peer.gone] : [peer.gone, peer.changed];
  from.delete(destination.text);
  to.set(destination.text, destination);
};

/** Forgets everything about the session that ended. */
export const forget = (peer: Peer): void => {
  peer.session = undefined;
  for (const part of [
    peer.nextHops,
    peer.tables,
    peer.told,
    peer.refused,
    peer.gone,
    peer.changed,
    peer.interned,
  ])
    part.clear();
};
