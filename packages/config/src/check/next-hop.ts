import type { z } from 'zod';
import { conflict, type Problem } from '../problem.ts';
import type { BgpSection } from '../schema/bgp.ts';
import type { nextHop } from '../schema/peer.ts';
import type { Path } from '../wording.ts';
import { type Seat, versionOf } from './seat.ts';

type Written = z.output<typeof nextHop> | null | undefined;

/** Addresses that no strategy asks for. */
const idleAddresses = (path: Path, written: Written, strategy: string): readonly Problem[] =>
  strategy === 'fixed'
    ? []
    : (['ipv4', 'ipv6'] as const)
        .filter((family) => typeof written?.[family] === 'string')
        .map((family) =>
          conflict(
            [...path, 'nextHop', family],
            written?.[family],
            `only strategy fixed uses an address, and the strategy is ${strategy}`,
            'set strategy: fixed, or leave it out',
          ),
        );

/** What cannot work about the next hops that `bgp` sets for all. */
export const checkSharedNextHop = (bgp: BgpSection): readonly Problem[] =>
  idleAddresses(['bgp'], bgp.nextHop, bgp.nextHop?.strategy ?? 'session');

/** What cannot work about one peer's next hops. */
export const checkNextHop = ({ path, written, peer }: Seat): readonly Problem[] => {
  const { strategy } = peer.nextHop;
  const place: Path = written.nextHop?.strategy ? [...path, 'nextHop'] : ['bgp', 'nextHop'];
  const wants = (key: 'sourceAddress' | 'sourceInterface', of: string): readonly Problem[] =>
    peer[key] === null
      ? [
          conflict(
            [...place, 'strategy'],
            strategy,
            `strategy ${of} needs ${key}, and peer ${peer.name} has none`,
            `set ${key} on the peer or in bgp`,
          ),
        ]
      : [];
  if (strategy === 'source-address')
    return [...wants('sourceAddress', strategy), ...idleAddresses(path, written.nextHop, strategy)];
  if (strategy === 'source-interface')
    return [...wants('sourceInterface', strategy), ...idleAddresses(path, written.nextHop, strategy)];
  return idleAddresses(path, written.nextHop, strategy);
};

/** A fixed next hop that the session never uses, because its own address serves that family. */
export const unusedNextHop = ({ path, peer, written }: Seat): readonly Problem[] => {
  const { nextHop, address } = peer;
  if (nextHop.strategy !== 'fixed' || address === null) return [];
  const version = versionOf(address);
  const other = version === 4 ? 6 : 4;
  const key = `ipv${version}` as const;
  // With neither of them, `fixed` is as `session`.
  if (nextHop[key] === null || nextHop[`ipv${other}`] !== null) return [];
  const place: Path = written.nextHop?.[key] ? [...path, 'nextHop', key] : ['bgp', 'nextHop', key];
  return [
    {
      ...conflict(
        place,
        nextHop[key],
        `not used for peer ${peer.name}: IPv${version} routes on an IPv${version} session carry the session's own address`,
        `give nextHop.ipv${other}`,
      ),
      code: 'W_CONFIG_UNUSED_NEXT_HOP',
    },
  ];
};
