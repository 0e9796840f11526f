import { describeClosing } from './closing.ts';
import { describeFact } from './description.ts';
import { addressOfRoute } from './host-route.ts';
import { isOver, leftOutOf } from './left-out.ts';
import { awayBecause } from './network/daemon.ts';
import type { NodeState, VipFact } from './network/state.ts';
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
  /** Whether the node gives up its VIPs, or has given them up: somebody wanted it so. */
  readonly drain: 'draining' | 'drained' | null;
  readonly config: 'ok' | 'rejected' | 'none';
  readonly lastFact: string;
  readonly healthy: boolean;
  /** What is not all right, one line each. */
  readonly problems: readonly string[];
  /** What is worth knowing and all right, one line each. */
  readonly notes: readonly string[];
}

const daemonOf = ({ started, stopped, gone }: NodeState): StatusRow['daemon'] => {
  if (stopped !== undefined) return 'stopped';
  if (gone !== undefined) return 'gone';
  return started === undefined ? 'unknown' : 'running';
};

/** A node that said goodbye and whose lease ran out has left. */
const hasLeft = ({ stopped, gone }: NodeState): boolean => stopped !== undefined && gone !== undefined;

/** A service that said goodbye is not missed as well. */
const serviceProblems = ({ gone, parted, absent = new Map() }: NodeState): readonly string[] =>
  gone !== undefined
    ? []
    : [
        ...[...parted].map(([name, { data }]) => `its ${name} has stopped: ${data.reason}`),
        ...[...absent.keys()]
          .filter((name) => !parted.has(name))
          .map((name) => `nothing was heard of its ${name}: its lease ran out`),
      ];

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
  node.stopped !== undefined || node.gone !== undefined || awayBecause(node) !== undefined
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

/** Reasons that somebody has to do something about: they do not pass by themselves. */
const TROUBLES: readonly string[] = ['bind-failed', 'address-conflict', 'address-invalid', 'address-unfit'];

const vipProblems = (vips: readonly VipFact[]): readonly string[] =>
  vips
    .filter(({ data }) => TROUBLES.includes(data.reason))
    .map(({ data }) => `${data.vip} is not advertised, ${data.reason}: ${data.because}`);

const MOST_NAMES = 5;

/** What is not advertised for a reason that is nobody's trouble: a line a reason, since it may be thousands. */
const withheldLines = (vips: readonly VipFact[]): readonly string[] => {
  const withheld = vips.filter(
    ({ type, data }) => type !== 'vip.Advertised' && !TROUBLES.includes(data.reason),
  );
  return [...Map.groupBy(withheld, ({ data }) => data.reason)].map(([reason, facts]) => {
    const names = facts.slice(0, MOST_NAMES).map(({ data }) => data.vip);
    const more = facts.length > MOST_NAMES ? ` and ${facts.length - MOST_NAMES} more` : '';
    return `not advertised, ${reason}: ${names.join(', ')}${more}`;
  });
};

const leftOutLines = (vips: readonly VipFact[], troubles: boolean): readonly string[] =>
  vips
    .filter(({ type, data }) => type === 'vip.Advertised' || !TROUBLES.includes(data.reason))
    .flatMap((fact) =>
      leftOutOf(fact)
        .filter(({ reason }) => TROUBLES.includes(reason) === troubles)
        .map(({ address, because }) => `${fact.data.vip} is without ${address}: ${because}`),
    );

/** All that are held are so for one reason, and may be thousands. */
const heldProblems = (vips: readonly VipFact[]): readonly string[] => {
  const [first, ...others] = vips.filter(({ data }) => data.reason === 'held');
  if (first === undefined) return [];
  const { vip, because } = first.data;
  return [`${vip}${others.length === 0 ? '' : ` and ${others.length} more`}: ${because}`];
};

const MOST_LINES = 10;

/** The first of many lines. */
const few = (lines: readonly string[]): readonly string[] =>
  lines.length <= MOST_LINES
    ? lines
    : [...lines.slice(0, MOST_LINES - 1), `and ${lines.length - MOST_LINES + 1} more like these`];

const drainNotes = ({ drain }: NodeState): readonly string[] =>
  drain === undefined ? [] : [describeFact(drain)];

const PHASES = { 'node.DrainStarted': 'draining', 'node.Drained': 'drained' } as const;

const row = (node: NodeState): StatusRow => {
  const peers = peersOf(node);
  const vips = [...node.vips.values()].map(({ fact }) => fact).filter((fact) => !isOver(fact));
  const vipsOf = (type: string): number => vips.filter((fact) => fact.type === type).length;
  const problems = [
    ...daemonProblems(node),
    ...serviceProblems(node),
    ...sessionProblems(node, peers),
    ...routeProblems(node, peers),
    ...few(vipProblems(vips)),
    ...few(leftOutLines(vips, true)),
    ...heldProblems(vips),
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
    drain: node.drain === undefined ? null : PHASES[node.drain.type],
    config: node.rejected !== undefined ? 'rejected' : node.configured !== undefined ? 'ok' : 'none',
    lastFact: node.last?.type ?? '',
    healthy: problems.length === 0,
    problems,
    notes: [...drainNotes(node), ...withheldLines(vips), ...few(leftOutLines(vips, false))],
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
