import type { RecordedFact } from '@vipcast/events';
import type { Recall } from '../view.ts';
import type { NodeState, PeerState, VipState } from './state.ts';

/** A map of facts: its keys, and where the facts are. */
type KeptFacts = readonly [keys: readonly string[], positions: readonly number[]];

/** Of a state as it is put away: a fact is its position, a map of facts two columns. What is neither stays as it is. */
type Kept<State> = {
  [K in keyof State]: State[K] extends RecordedFact | undefined
    ? number | undefined
    : State[K] extends ReadonlyMap<string, RecordedFact>
      ? KeptFacts
      : State[K];
};

type KeptPeer = Kept<PeerState>;

type KeptVips = readonly [...KeptFacts, since: readonly number[]];

/** A node as it is put away. */
export interface KeptNode extends Omit<Kept<NodeState>, 'peers' | 'vips'> {
  readonly peers: readonly KeptPeer[];
  readonly vips: KeptVips;
}

const positionOf = ({ position }: RecordedFact): number => position;

/** A map of facts as it is put away. */
export const putFacts = (facts: ReadonlyMap<string, RecordedFact>): KeptFacts => [
  [...facts.keys()],
  Array.from(facts.values(), positionOf),
];

/** A map of facts that was put away; that they are of the type they were is for whoever put them there to know. */
export const takeFacts = <Key extends string, Fact extends RecordedFact>(
  [keys, positions]: KeptFacts,
  recall: Recall,
): Map<Key, Fact> => {
  const facts = new Map<Key, Fact>();
  for (let i = 0; i < keys.length; i++) facts.set(keys[i] as Key, recall(positions[i]!) as Fact);
  return facts;
};

/** A fact that may have been put away. */
export const takeFact = <Fact extends RecordedFact>(
  position: number | undefined,
  recall: Recall,
): Fact | undefined => (position === undefined ? undefined : (recall(position) as Fact));

const putVips = (vips: ReadonlyMap<string, VipState>): KeptVips => {
  const states = [...vips.values()];
  return [[...vips.keys()], states.map(({ fact }) => fact.position), states.map(({ since }) => since)];
};

const takeVips = ([names, positions, since]: KeptVips, recall: Recall): Map<string, VipState> =>
  new Map(
    names.map((name, i) => [name, { fact: recall(positions[i]!) as VipState['fact'], since: since[i]! }]),
  );

const putPeer = (peer: PeerState): KeptPeer => ({
  ...peer,
  established: peer.established?.position,
  lost: peer.lost?.position,
  closed: peer.closed?.position,
  changed: peer.changed?.position,
  nextHops: putFacts(peer.nextHops),
  told: putFacts(peer.told),
  refused: putFacts(peer.refused),
});

const takePeer = (peer: KeptPeer, recall: Recall): PeerState => ({
  ...peer,
  established: takeFact(peer.established, recall),
  lost: takeFact(peer.lost, recall),
  closed: takeFact(peer.closed, recall),
  changed: takeFact(peer.changed, recall),
  nextHops: takeFacts(peer.nextHops, recall),
  told: takeFacts(peer.told, recall),
  refused: takeFacts(peer.refused, recall),
});

/** A node, to be put away. */
export const putNode = (node: NodeState): KeptNode => ({
  ...node,
  started: node.started?.position,
  stopped: node.stopped?.position,
  parted: putFacts(node.parted),
  configured: node.configured?.position,
  rejected: node.rejected?.position,
  drain: node.drain?.position,
  last: node.last?.position,
  peers: Array.from(node.peers.values(), putPeer),
  vips: putVips(node.vips),
});

/** A node that was put away. */
export const takeNode = (node: KeptNode, recall: Recall): NodeState => ({
  ...node,
  started: takeFact(node.started, recall),
  stopped: takeFact(node.stopped, recall),
  parted: takeFacts(node.parted, recall),
  configured: takeFact(node.configured, recall),
  rejected: takeFact(node.rejected, recall),
  drain: takeFact(node.drain, recall),
  last: takeFact(node.last, recall),
  peers: new Map(node.peers.map((peer) => [peer.name, takePeer(peer, recall)])),
  vips: takeVips(node.vips, recall),
});
