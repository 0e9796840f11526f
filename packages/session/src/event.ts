import type { DecodeError, Notification } from '@vipcast/wire';
import type { Connection, Endpoints, Negotiated, Timer } from './types.ts';

/**
 * What the machine of one connection hears, spelled as RFC 4271 §8.1 spells it. `ManualReset`,
 * `ClosingTimer_Expires` and `RouteRefreshMsg` are not in that list; `SendHoldTimer_Expires` is RFC 9687's.
 */
export type SessionEvent =
  | { readonly type: 'ManualStart' | 'AutomaticStart' | 'AutomaticStop' }
  | { readonly type: 'ManualStop' | 'ManualReset'; readonly notification: Notification }
  | { readonly type: `${Timer}_Expires` }
  | { readonly type: 'TcpConnectionConfirmed'; readonly endpoints: Endpoints }
  | { readonly type: 'TcpConnectionFails'; readonly because: string }
  | { readonly type: 'BGPOpen'; readonly negotiated: Negotiated }
  | { readonly type: 'BGPHeaderErr' | 'BGPOpenMsgErr' | 'UpdateMsgErr'; readonly error: DecodeError }
  | { readonly type: 'OpenCollisionDump' }
  | { readonly type: 'NotifMsg'; readonly notification: Notification }
  | { readonly type: 'KeepAliveMsg' | 'UpdateMsg' | 'RouteRefreshMsg' };

/** An event and the connection it happened to. */
export type ConnectionEvent = SessionEvent & { readonly connection: Connection };
