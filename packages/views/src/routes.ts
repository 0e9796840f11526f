import type { Facts } from '@vipcast/events';
import type { Family } from '@vipcast/net';
import { addressOfRoute } from './host-route.ts';
import { type Network, ofNetwork } from './network.ts';
import { byPrefix } from './order.ts';
import { advertisedAddresses, type Selected, selectPeers } from './selection.ts';
import type { Changed, Scope, View } from './view.ts';

/** Why a peer was not told. */
export interface Refusal {
  readonly reason: Facts['route.Refused']['reason'];
  readonly detail: string;
}

/** What one peer was told about one prefix; or, with `refused`, why it was not told. */
export interface RouteRow extends Changed {
  readonly node: string;
  readonly peer: string;
  readonly prefix: string;
  readonly family: Family;
  /** `null` when the VIP is gone and the withdrawal not yet sent. */
  readonly vip: string | null;
  readonly nextHops: readonly string[];
  readonly origin: string | null;
  readonly asPath: readonly number[];
  readonly med: number | null;
  readonly localPref: number | null;
  readonly communities: readonly string[];
  readonly extendedCommunities: readonly string[];
  readonly largeCommunities: readonly string[];
  readonly refused: Refusal | null;
  readonly since: number;
}

type Attributes = Partial<Facts['route.Announced']['attributes']>;

const attributeColumns = (attributes: Attributes) => ({
  nextHops: attributes.nextHops ?? [],
  origin: attributes.origin ?? null,
  asPath: attributes.asPath ?? [],
  med: attributes.med ?? null,
  localPref: attributes.localPref ?? null,
  communities: attributes.communities ?? [],
  extendedCommunities: attributes.extendedCommunities ?? [],
  largeCommunities: attributes.largeCommunities ?? [],
});

/** What `routes` is asked. */
export interface RoutesScope extends Scope {
  /** True for the prefixes that are asked for: of a hundred thousand, the rest is not even looked at. */
  readonly isMeant?: (prefix: string) => boolean;
}

const entriesOf = <Fact>(
  facts: ReadonlyMap<string, Fact>,
  { isMeant }: RoutesScope,
): (readonly [string, Fact])[] =>
  isMeant === undefined ? [...facts] : [...facts].filter(([prefix]) => isMeant(prefix));

const rows = (
  { node, peer }: Selected,
  scope: RoutesScope,
  vips: ReadonlyMap<string, string>,
): RouteRow[] => {
  const base = (prefix: string) => ({
    node: node.name,
    peer: peer.name,
    prefix,
    vip: vips.get(addressOfRoute(prefix)) ?? null,
  });
  const told = entriesOf(peer.told, scope).map(
    ([prefix, { data, at, position }]): RouteRow => ({
      ...base(prefix),
      family: data.family,
      ...attributeColumns(data.attributes),
      refused: null,
      since: at,
      changedAt: at,
      position,
    }),
  );
  const refused = entriesOf(peer.refused, scope).map(
    ([prefix, { data, at, position }]): RouteRow => ({
      ...base(prefix),
      family: data.family,
      ...attributeColumns({}),
      refused: { reason: data.reason, detail: data.detail },
      since: at,
      changedAt: at,
      position,
    }),
  );
  return [...told, ...refused.filter(({ vip }) => vip !== null)].sort((a, b) => byPrefix(a.prefix, b.prefix));
};

/** What each peer was told, and what it was not told although a VIP wishes for it. */
export const routes: View<Network, RouteRow, RoutesScope> = {
  ...ofNetwork,
  answer: (network, scope) => {
    const vips = new Map([...network.nodes.values()].map((node) => [node.name, advertisedAddresses(node)]));
    return selectPeers(network, scope).flatMap((selected) =>
      rows(selected, scope, vips.get(selected.node.name) ?? new Map()),
    );
  },
};
