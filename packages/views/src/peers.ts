import type { Facts } from '@vipcast/events';
import type { Family } from '@vipcast/net';
import { describeClosing } from './closing.ts';
import { familyOfText } from './host-route.ts';
import type { SessionState } from './network/state.ts';
import { type Network, ofNetwork } from './network.ts';
import { familiesOf, type Selected, selectPeers } from './selection.ts';
import type { Changed, View } from './view.ts';

/** Prefixes of one family on a session; `null` while it is down or as long as nothing was said. */
export interface PeerFamily {
  readonly family: Family;
  readonly received: number | null;
  readonly advertised: number | null;
}

/** A session with a peer, or the place where one should be. */
export interface PeerRow extends Changed {
  readonly node: string;
  readonly peer: string;
  readonly localASN: number | null;
  /** A number, or `external` or `internal` while the number is not known. */
  readonly peerASN: number | string | null;
  readonly address: string | null;
  readonly state: SessionState;
  /** Up or down since; `null` when it never was up. Milliseconds since 1970. */
  readonly since: number | null;
  readonly families: readonly PeerFamily[];
  /** How often an Established session was lost. */
  readonly flaps: number;
  readonly lastError: string | null;
  readonly lastErrorAt: number | null;
  readonly localRouterID: string | null;
  readonly peerRouterID: string | null;
  /** Seconds. */
  readonly holdTime: number | null;
  readonly connection: 'outgoing' | 'incoming' | null;
  readonly capabilities: readonly string[];
  readonly hostName: string | null;
}

type Negotiated = Facts['session.Established']['negotiated'];

const capabilitiesOf = (negotiated: Negotiated): readonly string[] => [
  ...(negotiated.fourOctetAs ? ['four-octet-as'] : []),
  ...(negotiated.routeRefresh ? ['route-refresh'] : []),
  ...(negotiated.enhancedRouteRefresh ? ['enhanced-route-refresh'] : []),
  ...(negotiated.extendedMessage ? ['extended-message'] : []),
  ...negotiated.extendedNextHop.map((family) => `extended-next-hop/${family}`),
];

const advertisedOn = ({ peer }: Selected): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const prefix of peer.told.keys()) {
    const family = familyOfText(prefix);
    counts.set(family, (counts.get(family) ?? 0) + 1);
  }
  return counts;
};

const peerFamilies = (selected: Selected): readonly PeerFamily[] => {
  const up = selected.peer.established !== undefined;
  const advertised = advertisedOn(selected);
  return familiesOf(selected).map((family) => ({
    family,
    received: up ? (selected.peer.received?.[family] ?? 0) : null,
    advertised: up ? (advertised.get(family) ?? 0) : null,
  }));
};

const row = (selected: Selected): PeerRow => {
  const { node, peer, configured } = selected;
  const { established, closed, changed } = peer;
  const negotiated = established?.data.negotiated;
  return {
    node: node.name,
    peer: peer.name,
    localASN: negotiated?.localASN ?? configured?.localASN ?? null,
    peerASN: negotiated?.peerASN ?? configured?.peerASN ?? null,
    address: negotiated?.remoteAddress ?? configured?.address ?? null,
    state: peer.state,
    since: established?.at ?? peer.lost?.at ?? null,
    families: peerFamilies(selected),
    flaps: peer.flaps,
    lastError: closed === undefined ? null : describeClosing(closed),
    lastErrorAt: closed?.at ?? null,
    localRouterID: negotiated?.localRouterId ?? null,
    peerRouterID: negotiated?.peerRouterId ?? null,
    holdTime: negotiated?.holdTime ?? null,
    connection: established?.data.connection ?? null,
    capabilities: negotiated === undefined ? [] : capabilitiesOf(negotiated),
    hostName: negotiated?.peerHostName || null,
    changedAt: changed?.at ?? node.configured?.at ?? 0,
    position: changed?.position ?? node.configured?.position ?? 0,
  };
};

/** Who the sessions are with, and how they are; those that are configured and never came up too. */
export const peers: View<Network, PeerRow> = {
  ...ofNetwork,
  answer: (network, scope) => selectPeers(network, scope).map(row),
};
