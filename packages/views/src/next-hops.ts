import { FAMILIES, type Family } from '@vipcast/net';
import { type Network, ofNetwork } from './network.ts';
import { familiesOf, nextHopOf, type Selected, selectPeers } from './selection.ts';
import type { Changed, View } from './view.ts';

/** An address that was looked at; `rejected` says why it fell. */
export interface CandidateRow {
  readonly address: string;
  readonly interface: string;
  readonly rejected?: string | undefined;
}

/** Which next hop one peer gets for one family; none, and why, when `nextHops` is empty. */
export interface NextHopRow extends Changed {
  readonly node: string;
  readonly peer: string;
  readonly family: Family;
  readonly nextHops: readonly string[];
  readonly strategy: string | null;
  readonly reason: string | null;
  /** The reason for people. */
  readonly because: string;
  readonly candidates: readonly CandidateRow[];
  readonly since: number | null;
}

const row = (selected: Selected, family: Family): NextHopRow => {
  const { node, peer } = selected;
  const fact = nextHopOf(selected, family);
  const undecided = peer.established === undefined ? `the session is ${peer.state}` : 'not decided yet';
  return {
    node: node.name,
    peer: peer.name,
    family,
    nextHops: fact?.type === 'nexthop.Resolved' ? fact.data.nextHops : [],
    strategy: fact?.data.strategy ?? null,
    reason: fact?.data.reason ?? null,
    because: fact?.data.because ?? undecided,
    candidates: fact?.data.candidates ?? [],
    since: fact?.at ?? null,
    changedAt: fact?.at ?? peer.changed?.at ?? 0,
    position: fact?.position ?? peer.changed?.position ?? 0,
  };
};

/** The next hop of every peer and family, or why there is none. */
export const nextHops: View<Network, NextHopRow> = {
  ...ofNetwork,
  answer: (network, scope) =>
    selectPeers(network, scope).flatMap((selected) =>
      FAMILIES.filter(
        (family) =>
          familiesOf(selected).includes(family) ||
          selected.configured?.families.includes(family) ||
          nextHopOf(selected, family) !== undefined,
      ).map((family) => row(selected, family)),
    ),
};
