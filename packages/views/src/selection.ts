import type { Family } from '@vipcast/net';
import type { ConfiguredPeer } from './network/configuration.ts';
import { departed, incomplete } from './network/session.ts';
import { emptyPeer, type NextHopFact, type NodeState, type PeerState } from './network/state.ts';
import type { Network } from './network.ts';
import { byNames } from './order.ts';
import type { Scope } from './view.ts';

/** A peer as it is, beside what the configuration wants of it. */
export interface Selected {
  readonly node: NodeState;
  readonly peer: PeerState;
  readonly configured: ConfiguredPeer | undefined;
}

const asItLooks = (node: NodeState, gone: ReadonlyMap<string, number>): NodeState => {
  const since = gone.get(node.name);
  if (since !== undefined) return departed(node, since);
  const parts = [...gone].filter(([name]) => name.startsWith(`${node.name}/`));
  const absent = parts.map(([name, at]) => [name.slice(node.name.length + 1), at] as const);
  return absent.length === 0 ? node : incomplete(node, new Map(absent));
};

/** All nodes, or the one asked for, by name; those that are gone as they now look. */
export const selectAllNodes = ({ nodes }: Network, { node, gone }: Scope): readonly NodeState[] =>
  [...nodes.values()]
    .filter(({ name }) => node === undefined || name === node)
    .map((each) => (gone === undefined ? each : asItLooks(each, gone)))
    .sort(byNames(({ name }) => name));

/** The nodes that are asked for, by name. One that is gone must be asked for by its name. */
export const selectNodes = (network: Network, scope: Scope): readonly NodeState[] =>
  selectAllNodes(network, scope).filter(({ gone }) => gone === undefined || scope.node !== undefined);

/** Every peer of a node that is configured or still up; without a known configuration, every one it speaks of. */
export const peersOf = (node: NodeState, name?: string): readonly Selected[] => {
  const names = new Set([...(node.configuredPeers?.keys() ?? []), ...node.peers.keys()]);
  return [...names]
    .filter((each) => name === undefined || each === name)
    .map((each) => ({
      node,
      peer: node.peers.get(each) ?? emptyPeer(each),
      configured: node.configuredPeers?.get(each),
    }))
    .filter(
      ({ peer, configured }) =>
        configured !== undefined || peer.established !== undefined || node.configuredPeers === undefined,
    )
    .sort(byNames(({ peer }) => peer.name));
};

/** The peers that are asked for, by node and name. */
export const selectPeers = (network: Network, scope: Scope): readonly Selected[] =>
  selectNodes(network, scope).flatMap((node) => peersOf(node, scope.peer));

/** The families in use on a session; while it is down, those that are configured. */
export const familiesOf = ({ peer, configured }: Selected): readonly Family[] =>
  peer.established?.data.negotiated.families ?? configured?.families ?? [];

/** The decision about a next hop that holds for the session in force: it never outlives one. */
export const nextHopOf = ({ peer }: Selected, family: Family): NextHopFact | undefined => {
  const fact = peer.nextHops.get(family);
  return fact?.data.session === peer.established?.id ? fact : undefined;
};

/** The VIP of a node that has this address and is advertised. */
export const advertisedAddresses = (node: NodeState): ReadonlyMap<string, string> => {
  const names = new Map<string, string>();
  for (const [name, { fact }] of node.vips)
    if (fact.type === 'vip.Advertised') for (const address of fact.data.addresses) names.set(address, name);
  return names;
};
