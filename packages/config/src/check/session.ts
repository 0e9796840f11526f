import { isLinkLocal, parseAddress } from '@vipcast/net';
import { conflict, missing, type Problem } from '../problem.ts';
import type { BgpSection } from '../schema/bgp.ts';
import { durationText } from '../wording.ts';
import { placeOf, type Seat, versionOf } from './seat.ts';

const target = ({ path, written }: Seat): readonly Problem[] => {
  if (written.address && written.interface)
    return [
      conflict(
        [...path, 'interface'],
        written.interface,
        'a peer has an address or an interface',
        'keep one',
      ),
    ];
  return written.address || written.interface
    ? []
    : [missing([...path, 'address'], 'the address of the peer')];
};

/** The two ways to choose where a session comes from exclude each other. */
export const checkSource = (
  path: readonly (string | number)[],
  written: Pick<BgpSection, 'sourceAddress' | 'sourceInterface'>,
): readonly Problem[] =>
  written.sourceAddress && written.sourceInterface
    ? [
        conflict(
          [...path, 'sourceInterface'],
          written.sourceInterface,
          'cannot stand beside sourceAddress',
          'keep one of the two',
        ),
      ]
    : [];

const addresses = (seat: Seat, bgp: BgpSection): readonly Problem[] => {
  const { address, sourceAddress, sourceInterface } = seat.peer;
  if (address === null) return [];
  const problems: Problem[] = [];
  const place = [...seat.path, 'address'];
  const say = (reason: string, expected: string): void => {
    problems.push(conflict(place, address, reason, expected));
  };
  if (address === bgp.routerID)
    say(`${address} is bgp.routerID, which is this node`, 'give the peer its own address');
  if (address === sourceAddress)
    say(`${address} is the session's own sourceAddress`, 'give the address of the peer');
  else if (sourceAddress !== null && versionOf(address) !== versionOf(sourceAddress))
    problems.push(
      conflict(
        placeOf(seat, 'sourceAddress')[0] === 'bgp' ? place : placeOf(seat, 'sourceAddress'),
        address,
        `the session to ${address} cannot come from ${sourceAddress}: one is IPv4 and the other IPv6`,
        'give the peer a sourceAddress of its family',
      ),
    );
  const parsed = parseAddress(address);
  if (parsed?.version === 6 && isLinkLocal(parsed) && sourceInterface === null)
    say(`${address} is link-local and exists on every link`, 'set sourceInterface');
  return problems;
};

/** A keepalive time must leave room for a loss before the hold time ends. */
export const checkTimers = (
  path: readonly (string | number)[],
  keepaliveTime: number | null | undefined,
  holdTime: number,
): readonly Problem[] => {
  if (!keepaliveTime || keepaliveTime < holdTime) return [];
  const reason =
    holdTime === 0
      ? 'a hold time of 0s means no keepalives'
      : `${durationText(keepaliveTime)} is not less than the hold time, ${durationText(holdTime)}`;
  return [
    {
      ...conflict(
        [...path, 'keepaliveTime'],
        durationText(keepaliveTime),
        reason,
        'a third of the hold time is usual',
      ),
    },
  ];
};

const security = ({ path, peer, written }: Seat, bgp: BgpSection): readonly Problem[] => {
  const problems: Problem[] = [];
  if (peer.ttlSecurity && peer.multihop !== null)
    problems.push(
      conflict(
        [...path, 'multihop'],
        peer.multihop,
        'cannot stand beside ttlSecurity, which accepts direct neighbours only (RFC 5082)',
        'keep one of the two',
      ),
    );
  if (peer.passive && !bgp.listen)
    problems.push(
      conflict(
        [...path, 'passive'],
        true,
        'a passive peer is never dialled and nothing listens',
        'set bgp.listen',
      ),
    );
  return [...problems, ...checkTimers(path, written.keepaliveTime, peer.holdTime)];
};

/** What cannot work about one peer's session. */
export const checkSession = (seat: Seat, bgp: BgpSection): readonly Problem[] => [
  ...target(seat),
  ...checkSource(seat.path, seat.written),
  ...addresses(seat, bgp),
  ...security(seat, bgp),
];
