import {
  AFI,
  MAX_EXTENDED_MESSAGE_LENGTH,
  MAX_MESSAGE_LENGTH,
  type Open,
  SAFI,
  type WireContext,
} from '@vipcast/wire';
import { asnOf, capabilitiesOf, familiesOf } from './open.ts';
import type { Endpoints, Negotiated, SessionSettings } from './types.ts';

/**
 * What our OPEN and the peer's agree on; `openError` has found nothing wrong with the latter. Hold time is the
 * lesser of both (RFC 4271 §4.2), keepalives at least three times as often (§10).
 */
export const negotiate = (open: Open, settings: SessionSettings, endpoints: Endpoints): Negotiated => {
  const has = (kind: Parameters<typeof capabilitiesOf>[1]): boolean => capabilitiesOf(open, kind).length > 0;
  const theirs = familiesOf(open);
  const families = settings.families.filter((family) => theirs.includes(family));
  const holdTime = Math.min(settings.holdTime, open.holdTime);
  const overIPv6 = capabilitiesOf(open, 'extended-next-hop').some(({ entries }) =>
    entries.some(
      ({ afi, safi, nextHopAfi }) => afi === AFI.ipv4 && safi === SAFI.unicast && nextHopAfi === AFI.ipv6,
    ),
  );
  return {
    localAddress: endpoints.localAddress,
    remoteAddress: endpoints.remoteAddress,
    localASN: settings.localASN,
    peerASN: asnOf(open),
    localRouterId: settings.routerId,
    peerRouterId: open.routerId,
    holdTime,
    keepaliveTime: Math.min(settings.keepaliveTime, holdTime / 3),
    families,
    fourOctetAs: has('four-octet-as'),
    routeRefresh: has('route-refresh'),
    enhancedRouteRefresh: has('enhanced-route-refresh'),
    extendedMessage: has('extended-message'),
    extendedNextHop: families.filter((family) => family === 'ipv4-unicast' && overIPv6),
    peerHostName: capabilitiesOf(open, 'fqdn')[0]?.hostName ?? '',
  };
};

const BEFORE_OPEN: WireContext = { fourOctetAs: false, maxMessageLength: MAX_MESSAGE_LENGTH, external: true };

/** How messages are to be read and written, before and after the OPENs have met. */
export const wireContext = (negotiated: Negotiated | null): WireContext =>
  negotiated === null
    ? BEFORE_OPEN
    : {
        fourOctetAs: negotiated.fourOctetAs,
        maxMessageLength: negotiated.extendedMessage ? MAX_EXTENDED_MESSAGE_LENGTH : MAX_MESSAGE_LENGTH,
        external: negotiated.peerASN !== negotiated.localASN,
      };
