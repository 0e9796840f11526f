import type { Facts, RecordedFact } from '@vipcast/events';
import type { Family } from '@vipcast/net';
import type { ConfiguredPeer } from './configuration.ts';

/** The word of RFC 4271 for where a session stands. */
export type SessionState = Facts['session.StateChanged']['to'];

/** What was last decided about a VIP. */
export type VipFact = RecordedFact<'vip.Advertised' | 'vip.Withdrawn' | 'vip.Withheld'>;

/** That the node gives up its VIPs, or has given them up. */
export type DrainFact = RecordedFact<'node.DrainStarted' | 'node.Drained'>;

/** What was last decided about a next hop. */
export type NextHopFact = RecordedFact<'nexthop.Resolved' | 'nexthop.Unresolved'>;

/** A VIP on one node; `since` is when it came to be advertised, withheld or withdrawn. */
export interface VipState {
  fact: VipFact;
  since: number;
}

/** A peer of one node. What holds for one session only is forgotten when that ends. */
export interface PeerState {
  readonly name: string;
  state: SessionState;
  /** While the session is up. */
  established: RecordedFact<'session.Established'> | undefined;
  /** What took the last session down: its end, or the end of the daemon. */
  lost: RecordedFact | undefined;
  /** The last end of a connection worth telling people. */
  closed: RecordedFact<'session.Closed'> | undefined;
  /** The last fact about the session. */
  changed: RecordedFact | undefined;
  /** How often an Established session was lost. */
  flaps: number;
  received: Readonly<Record<string, number>> | undefined;
  nextHops: Map<Family, NextHopFact>;
  /** Prefix ⇒ the UPDATE that announced it. */
  told: Map<string, RecordedFact<'route.Announced'>>;
  /** Prefix ⇒ why the peer was not told. */
  refused: Map<string, RecordedFact<'route.Refused'>>;
}

/** Everything the log says about one node. */
export interface NodeState {
  readonly name: string;
  readonly cluster: string;
  started: RecordedFact<'node.Started'> | undefined;
  /** Undefined while any of its services runs. */
  stopped: RecordedFact<'node.Stopped'> | undefined;
  /** The services that run, as far as they say. */
  readonly running: Set<string>;
  /** The services that ran apart and said goodbye, while others go on. */
  readonly parted: Map<string, RecordedFact<'node.Stopped'>>;
  configured: RecordedFact<'node.ConfigApplied'> | undefined;
  /** The file that was refused since; undefined when the last one was good. */
  rejected: RecordedFact<'node.ConfigRejected'> | undefined;
  /** Undefined unless the node drains or is drained. */
  drain: DrainFact | undefined;
  /** Set in an answer: when its lease ran out. */
  readonly gone?: number;
  /** Set in an answer: the services that run apart and whose lease ran out, and when. */
  readonly absent?: ReadonlyMap<string, number>;
  /** Undefined before the first configuration. */
  configuredPeers: ReadonlyMap<string, ConfiguredPeer> | undefined;
  speakerEpoch: number;
  last: RecordedFact | undefined;
  readonly peers: Map<string, PeerState>;
  readonly vips: Map<string, VipState>;
}

/** A peer of which nothing is known. */
export const emptyPeer = (name: string): PeerState => ({
  name,
  state: 'Idle',
  established: undefined,
  lost: undefined,
  closed: undefined,
  changed: undefined,
  flaps: 0,
  received: undefined,
  nextHops: new Map(),
  told: new Map(),
  refused: new Map(),
});

/** A node of which nothing is known. */
export const emptyNode = (name: string, cluster: string): NodeState => ({
  name,
  cluster,
  started: undefined,
  stopped: undefined,
  running: new Set(),
  parted: new Map(),
  configured: undefined,
  rejected: undefined,
  drain: undefined,
  configuredPeers: undefined,
  speakerEpoch: 0,
  last: undefined,
  peers: new Map(),
  vips: new Map(),
});

/** The peer of this name, made if need be. */
export const peerOf = (node: NodeState, name: string): PeerState => {
  let peer = node.peers.get(name);
  if (peer === undefined) {
    peer = emptyPeer(name);
    node.peers.set(name, peer);
  }
  return peer;
};
