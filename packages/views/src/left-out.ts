import type { VipFact } from './network/state.ts';

/** An address of a VIP that is not advertised with the others, and why not. */
export interface LeftOutAddress {
  readonly address: string;
  readonly reason: string;
  /** The reason for people. */
  readonly because: string;
}

/** The addresses that a VIP is not advertised with. */
export const leftOutOf = ({ data }: VipFact): readonly LeftOutAddress[] => data.leftOut ?? [];

/** All addresses of a VIP, whether they are advertised or left out. */
export const addressesOf = (fact: VipFact): readonly string[] => [
  ...fact.data.addresses,
  ...leftOutOf(fact).map(({ address }) => address),
];

/** Why a VIP is as it is, in one line with what was left out. */
export const becauseOf = (fact: VipFact): string =>
  [
    fact.data.because,
    ...leftOutOf(fact).map(({ address, because }) => `${address} is left out: ${because}`),
  ].join('; ');

const ENDS: readonly string[] = ['deleted', 'not-load-balancer'];

/** True for the VIP of a Service that is no more. `why` and `history` still know of it; lists of VIPs do not. */
export const isOver = ({ type, data }: VipFact): boolean =>
  type !== 'vip.Advertised' && ENDS.includes(data.reason);
