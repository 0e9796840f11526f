import { familyOfText, hostRoute } from './host-route.ts';
import { becauseOf, isOver, type LeftOutAddress, leftOutOf } from './left-out.ts';
import type { NodeState, VipState } from './network/state.ts';
import { type Network, ofNetwork } from './network.ts';
import { byNames } from './order.ts';
import { peersOf, type Selected, selectNodes } from './selection.ts';
import type { Changed, View } from './view.ts';

/** A VIP on one node, and which of the node's peers know of it. */
export interface VipRow extends Changed {
  readonly node: string;
  readonly vip: string;
  readonly addresses: readonly string[];
  readonly source: string;
  /** The object that it comes from, as Kubernetes names it; `null` for one that comes from elsewhere. */
  readonly object: string | null;
  /** Names of the BGPAdvertisements that select it; `null` when there are none. */
  readonly advertisements: readonly string[] | null;
  /** Its addresses that are not advertised with these. */
  readonly leftOut: readonly LeftOutAddress[];
  readonly state: 'advertised' | 'withheld' | 'withdrawn';
  readonly reason: string;
  /** The reason for people, with what was left out. */
  readonly because: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Peers that were told all its addresses of the families they are configured for. */
  readonly told: readonly string[];
  /** Peers that should be told. */
  readonly peers: readonly string[];
}

const STATES = {
  'vip.Advertised': 'advertised',
  'vip.Withheld': 'withheld',
  'vip.Withdrawn': 'withdrawn',
} as const;

const dueTo = ({ peer, configured }: Selected, addresses: readonly string[]): readonly string[] => {
  const families = configured?.families ?? peer.established?.data.negotiated.families ?? [];
  return addresses.filter((address) => families.includes(familyOfText(address)));
};

const row = (node: NodeState, { fact, since }: VipState, peers: readonly Selected[]): VipRow => {
  const { vip, addresses, source, object, advertisements, reason } = fact.data;
  const listening = peers.filter((selected) => dueTo(selected, addresses).length > 0);
  const told = listening.filter((selected) =>
    dueTo(selected, addresses).every((address) => selected.peer.told.has(hostRoute(address))),
  );
  return {
    node: node.name,
    vip,
    addresses,
    source,
    object: object ?? null,
    advertisements: advertisements ?? null,
    leftOut: leftOutOf(fact),
    state: STATES[fact.type],
    reason,
    because: becauseOf(fact),
    since,
    told: told.map(({ peer }) => peer.name),
    peers: listening.map(({ peer }) => peer.name),
    changedAt: fact.at,
    position: fact.position,
  };
};

/** The VIPs of every node: where from, advertised or not and why. */
export const vips: View<Network, VipRow> = {
  ...ofNetwork,
  answer: (network, scope) =>
    selectNodes(network, scope).flatMap((node) => {
      const peers = peersOf(node, scope.peer);
      return [...node.vips.values()]
        .filter(({ fact }) => !isOver(fact))
        .map((vip) => row(node, vip, peers))
        .sort(byNames(({ vip }) => vip));
    }),
};
