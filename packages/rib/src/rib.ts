import { type Address, FAMILIES, type Family } from '@vipcast/net';
import {
  createDestinations,
  type Destination,
  type Destinations,
  forgetOrphans,
  setVip,
} from './destinations.ts';
import { type Drained, drainPeer, STALE } from './drain.ts';
import { createPacks, type Packs } from './packs.ts';
import { createPeer, forget, mark, type NextHop, type Peer, type PeerSession, toldWith } from './peer.ts';
import type { AdvertisementRule, PolicyRule } from './policy.ts';
import type { Judge } from './wish.ts';

/** What changes what peers should hear. */
export type RibInput =
  /** The addresses a VIP is advertised with; none for one that is not. */
  | {
      readonly type: 'VipChanged';
      readonly vip: string;
      readonly addresses: readonly Address[];
      /** Names of the advertisements that select it; left out when it needs none. */
      readonly advertisements?: readonly string[];
      /** To be less preferred, since it is about to go (RFC 8326). */
      readonly draining?: boolean;
    }
  | {
      readonly type: 'PolicyChanged';
      readonly rules: readonly PolicyRule[];
      /** Highest priority first; left out when there are none. */
      readonly advertisements?: readonly AdvertisementRule[] | null;
    }
  | { readonly type: 'SessionUp'; readonly peer: string; readonly session: PeerSession }
  | { readonly type: 'SessionDown'; readonly peer: string }
  | {
      readonly type: 'NextHopDecided';
      readonly peer: string;
      readonly family: Family;
      readonly nextHop: NextHop;
    }
  /** The peer asked to hear a family again (RFC 2918). */
  | { readonly type: 'RefreshRequested'; readonly peer: string; readonly family: Family };

/** What every peer should hear, and what each has heard. */
export interface Rib extends Judge {
  readonly destinations: Destinations;
  readonly peers: Map<string, Peer>;
  readonly selectedBy: Map<string, readonly string[]>;
  readonly draining: Set<string>;
  readonly packs: Packs;
}

/** A RIB that knows no VIP and no peer. */
export const createRib = (): Rib => ({
  destinations: createDestinations(),
  peers: new Map(),
  policy: { rules: [], advertisements: null },
  selectedBy: new Map(),
  draining: new Set(),
  packs: createPacks(),
});

const markFamily = (rib: Rib, peer: Peer, family: Family): void => {
  for (const destination of rib.destinations.byFamily.get(family)?.values() ?? []) mark(peer, destination);
};

const markAll = (rib: Rib, peer: Peer): void => {
  for (const family of rib.destinations.byFamily.keys()) markFamily(rib, peer, family);
};

/** Forgets what no VIP asks for. A peer that knows of such a destination, or may have to be told, has it among its dirty ones. */
const tidy = ({ destinations, peers }: Rib): void => {
  if (destinations.orphans.length === 0) return;
  for (const { dirty } of peers.values()) if (dirty.length > 0) return;
  forgetOrphans(destinations);
};

const changeVip = (rib: Rib, changed: readonly Destination[]): void => {
  for (const peer of rib.peers.values()) for (const destination of changed) mark(peer, destination);
  tidy(rib);
};

const sessionDown = (rib: Rib, peer: Peer): void => {
  forget(peer);
  tidy(rib);
};

/** Notes which advertisements select a VIP; true when they are others than before. */
const select = ({ selectedBy }: Rib, vip: string, names: readonly string[] | undefined): boolean => {
  const before = selectedBy.get(vip);
  if (names === undefined) selectedBy.delete(vip);
  else selectedBy.set(vip, names);
  return before?.join() !== names?.join();
};

/** Notes whether a VIP drains; true when that is news. */
const noteDraining = ({ draining }: Rib, vip: string, drains: boolean): boolean => {
  if (draining.has(vip) === drains) return false;
  if (drains) draining.add(vip);
  else draining.delete(vip);
  return true;
};

const changePolicy = (rib: Rib, policy: Judge['policy']): void => {
  rib.policy = policy;
  for (const peer of rib.peers.values()) {
    dropInterned(peer);
    markAll(rib, peer);
  }
};

/** Sets are rebuilt on the next wish; those in use stay, so that an equal one is found and nothing is said again. */
const dropInterned = (peer: Peer): void => {
  const inUse = new Set(peer.said.map(toldWith).filter((set) => set !== undefined));
  peer.interned.clear();
  for (const family of FAMILIES) {
    const sets = [...inUse].filter((set) => set.family === family);
    peer.interned.set(family, new Map(sets.map((set) => [`told ${set.key}`, set])));
  }
};

const sessionUp = (rib: Rib, name: string, session: PeerSession): void => {
  const peer = rib.peers.get(name) ?? createPeer(name);
  rib.peers.set(name, peer);
  forget(peer);
  peer.session = session;
  for (const family of session.families) peer.tables.set(family, 'waiting');
  // Those of the others are marked when their next hops are decided.
  for (const family of FAMILIES) if (!session.families.includes(family)) markFamily(rib, peer, family);
};

const decideNextHop = (rib: Rib, peer: Peer, family: Family, nextHop: NextHop): void => {
  peer.nextHops.set(family, nextHop);
  if (peer.tables.get(family) === 'waiting') peer.tables.set(family, 'sending');
  dropInterned(peer);
  markFamily(rib, peer, family);
};

const refresh = (rib: Rib, peer: Peer, family: Family): void => {
  if (peer.tables.get(family) !== 'sent') return;
  peer.tables.set(family, 'refreshing');
  for (const { slot } of rib.destinations.byFamily.get(family)?.values() ?? [])
    if (toldWith(peer.said[slot]) !== undefined) peer.said[slot] = STALE;
  markFamily(rib, peer, family);
};

/**
 * Takes in one change. The RIB is changed in place: it holds every route of every peer, and belongs to one actor.
 * Nothing is sent until `drain`.
 */
export const applyToRib = (rib: Rib, input: RibInput): void => {
  const peer = 'peer' in input ? rib.peers.get(input.peer) : undefined;
  switch (input.type) {
    case 'VipChanged': {
      const changed = setVip(rib.destinations, input.vip, input.addresses);
      const selected = select(rib, input.vip, input.advertisements);
      const drains = noteDraining(rib, input.vip, input.draining ?? false);
      changeVip(rib, changed);
      if (selected || drains) changeVip(rib, rib.destinations.byVip.get(input.vip) ?? []);
      break;
    }
    case 'PolicyChanged':
      changePolicy(rib, { rules: input.rules, advertisements: input.advertisements ?? null });
      break;
    case 'SessionUp':
      sessionUp(rib, input.peer, input.session);
      break;
    case 'SessionDown':
      if (peer !== undefined) sessionDown(rib, peer);
      break;
    case 'NextHopDecided':
      if (peer?.session !== undefined) decideNextHop(rib, peer, input.family, input.nextHop);
      break;
    case 'RefreshRequested':
      if (peer !== undefined) refresh(rib, peer, input.family);
      break;
  }
};

/** True when `drain` would have something to say to this peer. */
export const isDirty = (rib: Rib, name: string): boolean => {
  const peer = rib.peers.get(name);
  return (
    peer?.session !== undefined &&
    (peer.dirty.length > 0 ||
      [...peer.tables.values()].some((table) => table === 'sending' || table === 'refreshing'))
  );
};

/** Takes what a peer must hear now. The caller writes the messages, in order, or ends the session. */
export const drain = (rib: Rib, name: string): Drained => {
  const peer = rib.peers.get(name);
  if (peer === undefined) return { messages: [], conclusions: [] };
  const drained = drainPeer(peer, rib, rib.packs);
  tidy(rib);
  return drained;
};
