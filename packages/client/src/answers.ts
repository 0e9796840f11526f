import {
  type Network,
  type NextHopRow,
  nextHops,
  type PeerRow,
  peers,
  type RouteRow,
  routes,
  type Scope,
  type StatusRow,
  status,
  type VipRow,
  vips,
  type WhyRow,
  why,
} from '@vipcast/views';

/** Of whom an answer is; of all, if nothing is said. */
export type Asked = Pick<Scope, 'node' | 'peer'>;

/** The questions that `vipcast` answers, from one state of the network. Positions in rows are those of the stream. */
export interface Answers {
  /** The state itself; it moves on. */
  readonly network: Network;
  peers(asked?: Asked): readonly PeerRow[];
  routes(asked?: Asked): readonly RouteRow[];
  vips(asked?: Asked): readonly VipRow[];
  nextHops(asked?: Asked): readonly NextHopRow[];
  status(asked?: Asked): readonly StatusRow[];
  /** @param target the name of a VIP, an address, or a prefix that addresses lie in */
  why(target: string, asked?: Asked): readonly WhyRow[];
}

/** @param moment the time that is asked about, and who was gone then */
export const answersOf = (network: Network, moment: () => Pick<Scope, 'now' | 'gone'>): Answers => {
  const scope = (asked: Asked = {}): Scope => ({ ...asked, ...moment() });
  return {
    network,
    peers: (asked) => peers.answer(network, scope(asked)),
    routes: (asked) => routes.answer(network, scope(asked)),
    vips: (asked) => vips.answer(network, scope(asked)),
    nextHops: (asked) => nextHops.answer(network, scope(asked)),
    status: (asked) => status.answer(network, scope(asked)),
    why: (target, asked) => why.answer(network, { ...scope(asked), target }),
  };
};
