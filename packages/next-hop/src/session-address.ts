import { mapIPv4 } from '@vipcast/net';
import { type DecisionInput, type Resolution, refused, resolved } from './decision.ts';

/** True when only an IPv6 next hop is at hand for IPv4 routes and the peer cannot take one. */
export const needsExtendedNextHop = ({ family, session }: DecisionInput): boolean =>
  family === 'ipv4-unicast' && !session.extendedNextHop.includes(family);

/** The refusal that follows. */
export const extendedNextHopMissing = (): Resolution =>
  refused(
    'extended-next-hop-not-negotiated',
    'IPv4 routes need an IPv6 next hop here, and the peer did not negotiate Extended Next Hop (RFC 8950)',
  );

/** The next hop that the session itself yields for the other family. */
export const bySession = (input: DecisionInput): Resolution => {
  const { localAddress } = input.session;
  if (input.family === 'ipv6-unicast') {
    return resolved(
      'ipv4-mapped-session-address',
      'IPv6 route on an IPv4 session: the local IPv4 address, mapped',
      [mapIPv4(localAddress)],
    );
  }
  if (needsExtendedNextHop(input)) return extendedNextHopMissing();
  return resolved(
    'extended-next-hop',
    'IPv4 route on an IPv6 session: the local IPv6 address, as the peer negotiated Extended Next Hop (RFC 8950)',
    [localAddress],
  );
};
