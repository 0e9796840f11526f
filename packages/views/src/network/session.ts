import type { RecordedFact } from '@vipcast/events';
import { type NodeState, type PeerState, peerOf } from './state.ts';

/** Cease/Connection Collision Resolution (RFC 4486): the other connection goes on, nothing is wrong. */
const isCollision = ({ data }: RecordedFact<'session.Closed'>): boolean =>
  data.notification?.code === 6 && data.notification.subcode === 7;

/**
 * The session is over, and with it all that was said on it (RFC 4271 §8.2.2). Decisions about next hops stay: each names
 * its session, and one for the next session may have come before this, since it has another writer.
 */
const lose = (peer: PeerState, because: RecordedFact): void => {
  if (peer.established !== undefined) {
    peer.flaps++;
    peer.lost = because;
    peer.established = undefined;
  }
  peer.state = 'Idle';
  peer.received = undefined;
  if (peer.told.size > 0) peer.told = new Map();
  if (peer.refused.size > 0) peer.refused = new Map();
};

const loseOne = (peer: PeerState, because: RecordedFact): void => {
  if (peer.established !== undefined || peer.state !== 'Idle') peer.changed = because;
  lose(peer, because);
};

/** The speaker started again, by its own word: no session outlives it. */
export const loseAll = (node: NodeState, because: RecordedFact): void => {
  for (const peer of node.peers.values()) loseOne(peer, because);
};

/** It stopped or started, by another writer's word, which may come late: what changed after that is of the new one. */
export const loseEarlier = (node: NodeState, because: RecordedFact): void => {
  for (const peer of node.peers.values())
    if (peer.changed === undefined || peer.changed.at <= because.at) loseOne(peer, because);
};

const withoutSessions = (node: NodeState): NodeState => {
  const peers = new Map([...node.peers].map(([name, peer]) => [name, { ...peer }]));
  const shadow: NodeState = { ...node, peers };
  if (node.last !== undefined) loseAll(shadow, node.last);
  return shadow;
};

/** The node as it must look to the others while its lease has run out; what is known of it stays as it is. */
export const departed = (node: NodeState, gone: number): NodeState => ({ ...withoutSessions(node), gone });

/** The node as it must look while the leases of some of its services have run out, which run apart. */
export const incomplete = (node: NodeState, absent: ReadonlyMap<string, number>): NodeState => ({
  ...(absent.has('speaker') ? withoutSessions(node) : node),
  absent,
});

/** A session moved to another state. It is up when `session.Established` says with whom and how. */
export const stateChanged = (node: NodeState, fact: RecordedFact<'session.StateChanged'>): void => {
  const peer = peerOf(node, fact.data.peer);
  const { from, to } = fact.data;
  if (from === 'Established' && to !== 'Established') lose(peer, fact);
  if (peer.established === undefined) peer.state = to === 'Established' ? from : to;
  peer.changed = fact;
};

/** A session is up; whatever was said before it belongs to another one. */
export const established = (node: NodeState, fact: RecordedFact<'session.Established'>): void => {
  const peer = peerOf(node, fact.data.peer);
  if (peer.established !== undefined) lose(peer, fact);
  peer.state = 'Established';
  peer.established = fact;
  peer.changed = fact;
};

/** A connection ended; the session with it, unless it was the other connection of a collision. */
export const closed = (node: NodeState, fact: RecordedFact<'session.Closed'>): void => {
  const peer = peerOf(node, fact.data.peer);
  const current = peer.established;
  if (current !== undefined && current.data.connection === fact.data.connection) lose(peer, fact);
  else if (peer.lost?.type === 'session.StateChanged' && fact.data.from === 'Established') peer.lost = fact;
  if (!isCollision(fact) || fact.data.from === 'Established') peer.closed = fact;
  peer.changed = fact;
};

/** The peer has told us this many prefixes. */
export const prefixesReceived = (node: NodeState, fact: RecordedFact<'session.PrefixesReceived'>): void => {
  peerOf(node, fact.data.peer).received = fact.data.counts;
};
