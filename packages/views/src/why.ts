import { hostRoute } from './host-route.ts';
import { addressesOf, leftOutOf } from './left-out.ts';
import type { NodeState, VipState } from './network/state.ts';
import { type Network, ofNetwork } from './network.ts';
import { byNames } from './order.ts';
import { peersOf, type Selected, selectNodes } from './selection.ts';
import { targetOf } from './target.ts';
import type { Changed, Scope, View } from './view.ts';
import { leftOutStep, peerSteps, type Step, vipSteps } from './why-steps.ts';

/** Who tells whom. */
export interface Announcement {
  readonly node: string;
  readonly peers: readonly string[];
}

/** Why one peer of one node was told, or not told, about one address. */
export interface WhyRow extends Changed {
  readonly node: string;
  /** `null` when the answer is the same for every peer of the node. */
  readonly peer: string | null;
  readonly vip: string;
  readonly prefixes: readonly string[];
  readonly announced: boolean;
  /** True for a peer that was never meant to hear of it: its families are configured so. */
  readonly excluded: boolean;
  /** From the outside cause to the UPDATE; when not announced, the last one stops it. */
  readonly steps: readonly Step[];
  /** When not announced: who still announces one of the prefixes. */
  readonly announcedBy: readonly Announcement[];
}

/** What `why` is asked. */
export interface WhyScope extends Scope {
  /** The name of a VIP, an address, or a prefix. */
  readonly target: string;
}

const announcements = (
  network: Network,
  { now, gone }: Scope,
  prefixes: readonly string[],
): readonly Announcement[] =>
  selectNodes(network, { now, gone })
    .map((node) => ({
      node: node.name,
      peers: peersOf(node)
        .filter(({ peer }) => prefixes.some((prefix) => peer.told.has(prefix)))
        .map(({ peer }) => peer.name),
    }))
    .filter(({ peers }) => peers.length > 0);

const row = (
  network: Network,
  scope: Scope,
  found: { readonly node: NodeState; readonly peer: string | null; readonly vip: VipState },
  prefixes: readonly string[],
  steps: readonly Step[],
): WhyRow => {
  const end = steps.at(-1);
  const announced = end?.verdict === 'ok';
  const { fact } = found.vip;
  return {
    node: found.node.name,
    peer: found.peer,
    vip: fact.data.vip,
    prefixes,
    announced,
    excluded: end?.verdict === 'absent',
    steps,
    announcedBy: announced ? [] : announcements(network, scope, prefixes),
    changedAt: end?.time ?? fact.at,
    position: end?.position ?? fact.position,
  };
};

/** Addresses that a VIP is not advertised with: the answer is the same for every peer. */
const forLeftOut = (
  network: Network,
  scope: Scope,
  found: { readonly node: NodeState; readonly vip: VipState },
  addresses: readonly string[],
): readonly WhyRow[] =>
  leftOutOf(found.vip.fact)
    .filter(({ address }) => addresses.includes(address))
    .map((left) =>
      row(
        network,
        scope,
        { ...found, peer: null },
        [hostRoute(left.address)],
        [...vipSteps(network, found.vip.fact), leftOutStep(left, found.vip.fact)],
      ),
    );

const forNode = (
  network: Network,
  scope: Scope,
  found: { readonly node: NodeState; readonly vip: VipState },
  addresses: readonly string[],
  listeners: readonly Selected[],
): readonly WhyRow[] => {
  const { fact } = found.vip;
  if (addresses.length === 0) return [];
  const prefixes = addresses.map(hostRoute);
  const told = listeners.some(({ peer }) => prefixes.some((prefix) => peer.told.has(prefix)));
  if (fact.type !== 'vip.Advertised' && !told)
    return [row(network, scope, { ...found, peer: null }, prefixes, vipSteps(network, fact))];
  if (listeners.length === 0) {
    const none: Step = {
      verdict: 'stops',
      what: 'peers',
      text: 'no peer is configured',
      time: null,
      position: null,
    };
    return [row(network, scope, { ...found, peer: null }, prefixes, [...vipSteps(network, fact), none])];
  }
  return addresses.flatMap((address) =>
    listeners.map((selected) =>
      row(
        network,
        scope,
        { ...found, peer: selected.peer.name },
        [hostRoute(address)],
        peerSteps(network, selected, fact, address),
      ),
    ),
  );
};

/** The chain of facts from the outside cause to the UPDATE, or to the first thing that stops it. */
export const why: View<Network, WhyRow, WhyScope> = {
  ...ofNetwork,
  answer: (network, scope) => {
    const target = targetOf(scope.target);
    return selectNodes(network, scope).flatMap((node) => {
      const listeners = peersOf(node, scope.peer);
      return [...node.vips.values()]
        .sort(byNames(({ fact }) => fact.data.vip))
        .map((vip) => ({ vip, addresses: target(vip.fact.data.vip, addressesOf(vip.fact)) }))
        .flatMap(({ vip, addresses }) => [
          ...forNode(
            network,
            scope,
            { node, vip },
            addresses.filter((address) => vip.fact.data.addresses.includes(address)),
            listeners,
          ),
          ...forLeftOut(network, scope, { node, vip }, addresses),
        ]);
    });
  },
};
