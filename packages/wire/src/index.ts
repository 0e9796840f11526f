/**
 * BGP-4 on the wire: bytes ⇄ values, in pure functions. This package knows no sockets, no timers and no session
 * state; what both sides agreed on arrives as a `WireContext`.
 *
 * Data in. A TCP stream goes through `frame`, which cuts it into whole messages whatever the chunks were. Each message
 * goes through `decodeMessage` and comes out as a value (message.ts), or as a `DecodeError` that already holds the
 * NOTIFICATION to send and how much must fall: an attribute, the routes of one UPDATE, a family, or the session. Any
 * bytes may come: nothing here throws on them, loops on them, or keeps a view of them.
 *
 * Data out. `encodeMessage` writes any one message. Routes go through `packAnnouncements` and `packWithdrawals`, which
 * fill UPDATEs to the peer's limit. An exception from an encoder means that the caller asked for the impossible.
 *
 * Parts. header, frame; one file per message; capabilities/ and attributes/ with one codec per file and a table each;
 * attributes/table.ts is RFC 7606 as data, attribute-list.ts applies it; four-octet-as.ts speaks to two-octet peers;
 * prefixes.ts is the hot loop; notification-* turn a NOTIFICATION, and *community.ts communities, into text and back.
 *
 * RFCs: 4271 (BGP-4), 4760 (multiprotocol), 2545 (IPv6 next hops), 8950 (IPv6 next hops for IPv4), 5492 and 9072
 * (OPEN parameters), 6793 (four-octet AS), 7606, 7607 and 9774 (errors), 8654 (extended messages), 2918 and 7313
 * (route refresh), 4724 (End-of-RIB), 1997, 4360, 5668 and 8092 (communities), 4486, 6608, 8538, 9003, 9384 and 9687
 * (NOTIFICATION).
 */
export {
  formatCommunity,
  formatLargeCommunity,
  parseCommunity,
  parseLargeCommunity,
  WELL_KNOWN_COMMUNITIES,
} from './community.ts';
export { formatExtendedCommunity, parseExtendedCommunity } from './extended-community.ts';
export { type Framed, frame } from './frame.ts';
export { MAX_EXTENDED_MESSAGE_LENGTH, MAX_MESSAGE_LENGTH } from './header.ts';
export {
  AFI,
  type AfiSafi,
  AS_TRANS,
  afiSafiOf,
  CEASE,
  ERROR_CODE,
  familyOfAfiSafi,
  MESSAGE_TYPE,
  SAFI,
} from './iana.ts';
export { KEEPALIVE } from './keepalive.ts';
export type {
  AsPathSegment,
  Capability,
  Decoded,
  DecodeError,
  ErrorHandling,
  ExtendedNextHop,
  Keepalive,
  LargeCommunity,
  Message,
  Notification,
  Open,
  Origin,
  PathAttribute,
  RouteRefresh,
  Update,
  WireContext,
} from './message.ts';
export { decodeMessage, encodeMessage } from './message-codec.ts';
export { decodeNotification, encodeNotification, shutdownData } from './notification.ts';
export { describeNotification, type NotificationDescription } from './notification-description.ts';
export { notificationName } from './notification-names.ts';
export { decodeOpen, encodeOpen } from './open.ts';
export {
  type Announcements,
  type PackedUpdate,
  packAnnouncements,
  packWithdrawals,
  type Withdrawals,
} from './packing.ts';
export { decodeRouteRefresh, encodeRouteRefresh } from './route-refresh.ts';
export { decodeUpdate, encodeEndOfRib, encodeUpdate } from './update.ts';
