import { z } from 'zod';
import { family } from './family.ts';

const state = z.enum(['Idle', 'Connect', 'Active', 'OpenSent', 'OpenConfirm', 'Established', 'Closing']);

const notification = z.strictObject({
  code: z.int(),
  subcode: z.int(),
  /** `Cease/Administrative Shutdown`. */
  name: z.string(),
  /** RFC 9003 text or the decoded data, made safe to print; empty if there is none. */
  text: z.string(),
});

/** What both OPENs agreed on; made once, when they meet. */
export const negotiated = z.strictObject({
  localAddress: z.string(),
  remoteAddress: z.string(),
  localASN: z.int(),
  peerASN: z.int(),
  localRouterId: z.string(),
  peerRouterId: z.string(),
  /** Seconds; 0 means no keepalives. */
  holdTime: z.number(),
  keepaliveTime: z.number(),
  families: z.array(family),
  fourOctetAs: z.boolean(),
  routeRefresh: z.boolean(),
  enhancedRouteRefresh: z.boolean(),
  extendedMessage: z.boolean(),
  /** Families whose routes may carry an IPv6 next hop (RFC 8950). */
  extendedNextHop: z.array(family),
  /** From the FQDN capability; empty if not sent. */
  peerHostName: z.string(),
});

/** The life of the session with one peer. */
export const session = {
  'session.StateChanged': z.strictObject({
    peer: z.string(),
    from: state,
    to: state,
    /** The RFC 4271 event. */
    event: z.string(),
  }),
  'session.Established': z.strictObject({
    peer: z.string(),
    connection: z.enum(['outgoing', 'incoming']),
    negotiated,
  }),
  'session.Closed': z.strictObject({
    peer: z.string(),
    connection: z.enum(['outgoing', 'incoming']),
    /** Who ended it: us, the peer by NOTIFICATION, or the connection itself. */
    by: z.enum(['local', 'remote', 'network']),
    /** The state it was in when it ended. */
    from: state,
    notification: notification.nullable(),
    because: z.string(),
  }),
  /** How many prefixes the peer has announced to us, a second or more after it last said so. */
  'session.PrefixesReceived': z.strictObject({
    peer: z.string(),
    counts: z.record(z.string(), z.int()),
  }),
};
