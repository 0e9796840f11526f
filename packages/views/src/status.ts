import { describeClosing } from './closing.ts';
import { addressOfRoute } from './host-route.ts';
import type { NodeState } from './network/state.ts';
import { type Network, ofNetwork } from './network.ts';
import { advertisedAddresses, peersOf, type Selected, selectAllNodes } from './selection.ts';
import type { Changed, View } from './view.ts';

/** One node in one line. */
export interface StatusRow extends Changed {
  readonly node: string;
  /** `gone`: its lease ran out, and it has not said goodbye. */
  readonly daemon: 'running' | 'stopped' | 'gone' | 'unknown';
  readonly version: string | null;
  readonly since: number | null;
  readonly sessions: { readonly up: number; readonly total: number };
  readonly vips: { readonly advertised: number; readonly withheld: number; readonly withdrawn: number };
  readonly config: 'ok' | 'rejected' | 'none';
  readonly lastFact: string;
  readonly healthy: boolean;
  /** What is not all right, one line each. */
  readonly problems: readonly string[];
}

const daemonOf = ({ started, stopped, gone }: NodeState): StatusRow['daemon'] => {
  if (stopped !== undefined) return 'stopped';
  if (gone !== undefined) return 'gone';
  return started === undefined ? 'unknown' : 'running';
};

/** A node that said goodbye and whose lease ran out has left. */
const hasLeft = ({ stopped, gone }: NodeState): boolean => stopped !== undefined && gone !== undefined;

const daemonProblems = ({ stopped, rejected, started, configured, gone }: NodeState): readonly string[] => [
  ...(gone === undefined ? [] : ['nothing was heard of its daemon: its lease ran out']),
  ...(stopped === undefined ? [] : [`stopped: ${stopped.data.reason}`]),
  ...(rejected === undefined
    ? []
    : [`${rejected.data.file} was refused: ${rejected.data.errors[0] ?? 'no reason given'}`]),
  ...(started !== undefined && configured === undefined ? ['no configuration was applied'] : []),
];

/** A daemon that is not there has no sessions, and that is said once. */
const sessionProblems = (node: NodeState, peers: readonly Selected[]): readonly string[] =>
  node.stopped !== undefined || node.gone !== undefined
    ? []
    : peers
        .filter(({ peer }) => peer.established === undefined)
        .map(({ peer }) => {
          const because = peer.closed === undefined ? '' : `: ${describeClosing(peer.closed)}`;
          return `session with ${peer.name} is ${peer.state}${because}`;
        });

/** A policy that rejects is obeyed, which is all right. */
const routeProblems = (node: NodeState, peers: readonly Selected[]): readonly string[] => {
  const wished = advertisedAddresses(node);
  return peers.flatMap(({ peer }) =>
    Array.from(peer.refused)
      .filter(([prefix, { data }]) => data.reason !== 'policy' && wished.has(addressOfRoute(prefix)))
      .map(([prefix, { data }]) => `${peer.name} is not told ${prefix}: ${data.detail}`),
  );
};

const vipProblems = ({ vips }: NodeState): readonly string[] =>
  [...vips.values()]
    .filter(({ fact }) => fact.data.reason === 'bind-failed')
    .map(({ fact }) => `${fact.data.vip} is not advertised: ${fact.data.because}`);

const row = (node: NodeState): StatusRow => {
  const peers = peersOf(node);
  const vipsOf = (type: string): number =>
    [...node.vips.values()].filter(({ fact }) => fact.type === type).length;
  const problems = [
    ...daemonProblems(node),
    ...sessionProblems(node, peers),
    ...routeProblems(node, peers),
    ...vipProblems(node),
  ];
  return {
    node: node.name,
    daemon: daemonOf(node),
    version: node.started?.data.version ?? null,
    since: node.stopped?.at ?? node.gone ?? node.started?.at ?? null,
    sessions: { up: peers.filter(({ peer }) => peer.established !== undefined).length, total: peers.length },
    vips: {
      advertised: vipsOf('vip.Advertised'),
      withheld: vipsOf('vip.Withheld'),
      withdrawn: vipsOf('vip.Withdrawn'),
    },
    config: node.rejected !== undefined ? 'rejected' : node.configured !== undefined ? 'ok' : 'none',
    lastFact: node.last?.type ?? '',
    healthy: problems.length === 0,
    problems,
    changedAt: node.last?.at ?? 0,
    position: node.last?.position ?? 0,
  };
};

/** Is everything all right? One row a node. */
export const status: View<Network, StatusRow> = {
  ...ofNetwork,
  answer: (network, scope) =>
    selectAllNodes(network, scope)
      .filter((node) => scope.node !== undefined || !hasLeft(node))
      .map(row),
};
