import type { Family } from '@vipcast/net';

/** BGP message types (RFC 4271 §4.1, RFC 2918). */
export const MESSAGE_TYPE = { open: 1, update: 2, notification: 3, keepalive: 4, routeRefresh: 5 } as const;

/** Address family identifiers. */
export const AFI = { ipv4: 1, ipv6: 2 } as const;

/** Subsequent address family identifiers. */
export const SAFI = { unicast: 1 } as const;

/** NOTIFICATION codes (RFC 4271 §4.5, RFC 7313, RFC 9687). */
export const ERROR_CODE = {
  messageHeader: 1,
  open: 2,
  update: 3,
  holdTimerExpired: 4,
  finiteStateMachine: 5,
  cease: 6,
  routeRefresh: 7,
  sendHoldTimerExpired: 8,
} as const;

/** Cease subcodes (RFC 4486, RFC 8538, RFC 9384). */
export const CEASE = {
  maximumPrefixes: 1,
  administrativeShutdown: 2,
  peerDeconfigured: 3,
  administrativeReset: 4,
  connectionRejected: 5,
  otherConfigurationChange: 6,
  connectionCollision: 7,
  outOfResources: 8,
  hardReset: 9,
  bfdDown: 10,
} as const;

/** The two-octet AS number that stands for one that does not fit (RFC 6793 §9). */
export const AS_TRANS = 23456;

/** AFI and SAFI of a family. */
export interface AfiSafi {
  readonly afi: number;
  readonly safi: number;
}

const CODES: Readonly<Record<Family, AfiSafi>> = {
  'ipv4-unicast': { afi: AFI.ipv4, safi: SAFI.unicast },
  'ipv6-unicast': { afi: AFI.ipv6, safi: SAFI.unicast },
};

/** The AFI and SAFI that stand for a family on the wire. */
export const afiSafiOf = (family: Family): AfiSafi => CODES[family];

/** The family with this AFI and SAFI, or `undefined` when vipcast does not speak it. */
export const familyOfAfiSafi = (afi: number, safi: number): Family | undefined => {
  if (safi !== SAFI.unicast) return undefined;
  if (afi === AFI.ipv4) return 'ipv4-unicast';
  return afi === AFI.ipv6 ? 'ipv6-unicast' : undefined;
};
