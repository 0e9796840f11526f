import type { PeerSession } from '@vipcast/rib';
import type { Negotiated } from '@vipcast/session';

const STANDARD_MESSAGE = 4096;
const EXTENDED_MESSAGE = 65_535;

/** What the RIB must know of a session, out of what was negotiated. */
export const peerSession = (
  negotiated: Pick<
    Negotiated,
    'localASN' | 'peerASN' | 'families' | 'fourOctetAs' | 'enhancedRouteRefresh' | 'extendedMessage'
  >,
): PeerSession => {
  const external = negotiated.localASN !== negotiated.peerASN;
  return {
    localASN: negotiated.localASN,
    external,
    families: negotiated.families,
    enhancedRouteRefresh: negotiated.enhancedRouteRefresh,
    wire: {
      fourOctetAs: negotiated.fourOctetAs,
      external,
      maxMessageLength: negotiated.extendedMessage ? EXTENDED_MESSAGE : STANDARD_MESSAGE,
    },
  };
};
