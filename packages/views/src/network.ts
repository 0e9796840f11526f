import { type FactType, parseSubject, type RecordedFact, versionOf } from '@vipcast/events';
import {
  configApplied,
  configRejected,
  drained,
  ofLivingSpeaker,
  started,
  stopped,
  undrained,
} from './network/daemon.ts';
import { nextHopDecided, vipDecided } from './network/decision.ts';
import { type KeptNode, putFacts, putNode, takeFact, takeFacts, takeNode } from './network/keeping.ts';
import { announced, refused, withdrawn } from './network/route.ts';
import { closed, established, prefixesReceived, stateChanged } from './network/session.ts';
import { emptyNode, type NodeState } from './network/state.ts';
import type { Keeping } from './view.ts';

/** The state of all nodes as the log tells it: what every view of "now" is an answer from. */
export interface Network {
  readonly nodes: Map<string, NodeState>;
  /** Operators' wishes and daemons' own facts by id: the outside causes, which are few. */
  readonly causes: Map<string, RecordedFact>;
  last: RecordedFact | undefined;
  /** Spares parsing the same few subjects a million times. */
  readonly bySubject: Map<string, NodeState | null>;
}

/** A log without facts. */
export const emptyNetwork = (): Network => ({
  nodes: new Map(),
  causes: new Map(),
  last: undefined,
  bySubject: new Map(),
});

const find = (network: Network, subject: string): NodeState | null => {
  const parsed = parseSubject(subject);
  if (parsed === undefined) return null;
  let node = network.nodes.get(parsed.node);
  if (node === undefined) {
    node = emptyNode(parsed.node, parsed.cluster);
    network.nodes.set(parsed.node, node);
  }
  return node;
};

const nodeOf = (network: Network, subject: string): NodeState | null => {
  let node = network.bySubject.get(subject);
  if (node === undefined) {
    node = find(network, subject);
    network.bySubject.set(subject, node);
  }
  return node;
};

type Fold<T extends FactType> = (node: NodeState, fact: RecordedFact<T>) => void;

const byType: { readonly [T in FactType]?: Fold<T> } = {
  'node.Started': started,
  'node.Stopped': stopped,
  'node.ConfigApplied': configApplied,
  'node.ConfigRejected': configRejected,
  'node.DrainStarted': drained,
  'node.Drained': drained,
  'node.Undrained': undrained,
  'vip.Advertised': vipDecided,
  'vip.Withdrawn': vipDecided,
  'vip.Withheld': vipDecided,
  'nexthop.Resolved': nextHopDecided,
  'nexthop.Unresolved': nextHopDecided,
  'session.StateChanged': stateChanged,
  'session.Established': established,
  'session.Closed': closed,
  'session.PrefixesReceived': prefixesReceived,
  'route.Announced': announced,
  'route.Withdrawn': withdrawn,
  'route.Refused': refused,
};

/** A map, because a type from elsewhere may be any word: `constructor` too. */
const folds = new Map(Object.entries(byType)) as ReadonlyMap<string, Fold<FactType>>;

const isOutsideCause = ({ type }: RecordedFact): boolean =>
  type.startsWith('node.') || type.startsWith('operator.');

/**
 * Takes one fact into the state, in place. Facts of other programs and of types from a later release are passed
 * over: a view never refuses what has been recorded.
 */
export const foldNetwork = (network: Network, fact: RecordedFact): Network => {
  network.last = fact;
  const node = nodeOf(network, fact.subject);
  if (node === null) return network;
  node.last = fact;
  // Of a later release: recorded for the day when this one is updated.
  if (fact.v > versionOf(fact.type)) return network;
  if (isOutsideCause(fact)) network.causes.set(fact.id, fact);
  if (ofLivingSpeaker(node, fact)) folds.get(fact.type)?.(node, fact);
  return network;
};

interface KeptNetwork {
  readonly nodes: readonly KeptNode[];
  readonly causes: ReturnType<typeof putFacts>;
  readonly last: number | undefined;
}

const keeping: Keeping<Network> = {
  as: 'network 5',
  put: ({ nodes, causes, last }): KeptNetwork => ({
    nodes: Array.from(nodes.values(), putNode),
    causes: putFacts(causes),
    last: last?.position,
  }),
  take: (kept, recall) => {
    const { nodes, causes, last } = kept as KeptNetwork;
    return {
      nodes: new Map(nodes.map((node) => [node.name, takeNode(node, recall)])),
      causes: takeFacts(causes, recall),
      last: takeFact(last, recall),
      bySubject: new Map(),
    };
  },
};

/** What all views of "now" have in common. */
export const ofNetwork = { keeping, initial: emptyNetwork, fold: foldNetwork } as const;
