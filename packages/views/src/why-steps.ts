import type { RecordedFact } from '@vipcast/events';
import type { Family } from '@vipcast/net';
import { causesOf } from './causes.ts';
import { describeClosing } from './closing.ts';
import { describeFact } from './description.ts';
import { familyOfText, hostRoute } from './host-route.ts';
import type { LeftOutAddress } from './left-out.ts';
import { awayBecause } from './network/daemon.ts';
import type { NodeState, VipFact } from './network/state.ts';
import type { Network } from './network.ts';
import { nextHopOf, type Selected } from './selection.ts';

/** One link between the outside cause and the UPDATE. */
export interface Step {
  /** Whether it lets the route through; `absent` when it was never meant to. */
  readonly verdict: 'ok' | 'stops' | 'absent';
  readonly what: string;
  readonly text: string;
  /** When it was decided; `null` when no fact says so. */
  readonly time: number | null;
  readonly position: number | null;
}

type Verdict = Step['verdict'];

const step = (verdict: Verdict, what: string, text: string, fact: RecordedFact | undefined): Step => ({
  verdict,
  what,
  text,
  time: fact?.at ?? null,
  position: fact?.position ?? null,
});

const nameOf = (family: Family): string => (family === 'ipv4-unicast' ? 'IPv4' : 'IPv6');

/** An outside cause in short: what a configuration changed besides is another story. */
const describeCause = (cause: RecordedFact): string =>
  cause.type === 'node.ConfigApplied' ? `configuration ${cause.data.file} applied` : describeFact(cause);

/** From the outside cause to what was decided about the VIP. */
export const vipSteps = (network: Network, fact: VipFact): readonly Step[] => {
  const { vip, reason, because } = fact.data;
  const decided = fact.type.slice('vip.'.length).toLowerCase();
  return [
    ...causesOf(network.causes, fact).map((cause) =>
      step('ok', cause.type.startsWith('operator') ? 'operator' : 'daemon', describeCause(cause), cause),
    ),
    step(
      fact.type === 'vip.Advertised' ? 'ok' : 'stops',
      `vip ${vip}`,
      `${decided}, ${reason}: ${because}`,
      fact,
    ),
  ];
};

/** Why one address of a VIP goes out with none of the others. */
export const leftOutStep = ({ address, reason, because }: LeftOutAddress, fact: VipFact): Step =>
  step('stops', `address ${address}`, `left out, ${reason}: ${because}`, fact);

const downBecause = ({ peer }: Selected, node: NodeState): string => {
  if (node.stopped !== undefined) return `the daemon has stopped: ${node.stopped.data.reason}`;
  if (node.gone !== undefined) return 'nothing was heard of the daemon: its lease ran out';
  const away = awayBecause(node);
  if (away !== undefined) return away;
  const last = peer.closed === undefined ? '' : `; last: ${describeClosing(peer.closed)}`;
  if (peer.lost === undefined) return `${peer.state}, was never Established${last}`;
  const restarted =
    peer.lost.type === 'session.Closed' || peer.lost.type === 'session.StateChanged'
      ? ''
      : ' since the daemon restarted';
  return `${peer.state}, not Established${restarted}${last}`;
};

const sessionStep = (network: Network, selected: Selected): Step => {
  const { node, peer } = selected;
  const what = `session ${peer.name}`;
  const { established } = peer;
  if (established === undefined)
    return step(
      'stops',
      what,
      downBecause(selected, node),
      node.stopped ?? peer.lost ?? node.started ?? node.configured,
    );
  const asked = causesOf(network.causes, established).findLast(({ type }) => type.startsWith('operator'));
  const because = asked === undefined ? '' : ` after ${describeFact(asked)}`;
  return step('ok', what, `${describeFact(established)}${because}`, established);
};

const familyStep = ({ peer, configured }: Selected, family: Family): Step => {
  const { established } = peer;
  const name = nameOf(family);
  if (configured !== undefined && !configured.families.includes(family))
    return step(
      'absent',
      'family',
      `${name} is not among the families configured for ${peer.name}`,
      undefined,
    );
  return established === undefined || established.data.negotiated.families.includes(family)
    ? step('ok', 'family', `${name} unicast negotiated`, established)
    : step('stops', 'family', `${name} unicast was not negotiated: the peer did not offer it`, established);
};

const nextHopStep = (selected: Selected, family: Family): Step => {
  const fact = nextHopOf(selected, family);
  if (fact === undefined) return step('stops', 'next hop', 'not decided yet', undefined);
  return step(fact.type === 'nexthop.Resolved' ? 'ok' : 'stops', 'next hop', describeFact(fact), fact);
};

const routeStep = (selected: Selected, vip: VipFact, prefix: string): Step => {
  const { peer } = selected;
  const told = peer.told.get(prefix);
  if (told !== undefined) {
    const causes = [vip, peer.established, ...peer.nextHops.values()];
    const cause = causes.find((fact) => fact?.id === told.causationId);
    return step(
      'ok',
      'update',
      `${describeFact(told)}${cause === undefined ? '' : `; sent on seq ${cause.position}`}`,
      told,
    );
  }
  const refused = peer.refused.get(prefix);
  if (refused === undefined) return step('stops', 'update', 'not sent yet', undefined);
  return step(
    'stops',
    refused.data.reason === 'policy' ? 'policy' : 'update',
    describeFact(refused),
    refused,
  );
};

/** From the VIP to the UPDATE that one peer got for one address, or to the first thing that stops it. */
export const peerSteps = (
  network: Network,
  selected: Selected,
  vip: VipFact,
  address: string,
): readonly Step[] => {
  const family = familyOfText(address);
  const route = routeStep(selected, vip, hostRoute(address));
  const steps = [
    ...vipSteps(network, vip),
    sessionStep(network, selected),
    familyStep(selected, family),
    nextHopStep(selected, family),
    route,
  ];
  const stop = route.verdict === 'ok' ? -1 : steps.findIndex(({ verdict }) => verdict !== 'ok');
  return stop < 0 ? steps : steps.slice(0, stop + 1);
};
