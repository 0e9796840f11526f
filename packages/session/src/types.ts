import type { Address, Family } from '@vipcast/net';
import type { Notification } from '@vipcast/wire';

/** What a session with one peer needs to know. Times are milliseconds, except where OPEN counts in seconds. */
export interface SessionSettings {
  readonly localASN: number;
  readonly peerASN: number | 'external' | 'internal';
  readonly routerId: Address;
  readonly families: readonly Family[];
  /** Proposed in OPEN, seconds; 0 switches keepalives off. */
  readonly holdTime: number;
  /** Seconds; never more than a third of the negotiated hold time. */
  readonly keepaliveTime: number;
  readonly connectRetryTime: number;
  /** Wait for the peer to dial. */
  readonly passive: boolean;
  /** Sent in the FQDN capability; empty to leave it out. */
  readonly hostName: string;
}

/** Which way a TCP connection was opened. A peer has at most one of each. */
export type Connection = 'outgoing' | 'incoming';

/** RFC 4271 §8.2.2, and `Closing` while a NOTIFICATION is still in flight. */
export type State = 'Idle' | 'Connect' | 'Active' | 'OpenSent' | 'OpenConfirm' | 'Established' | 'Closing';

/** A timer of one connection, or of the peer (`ConnectRetryTimer`, `IdleHoldTimer`). */
export type Timer = 'ConnectRetryTimer' | 'HoldTimer' | 'KeepaliveTimer' | 'IdleHoldTimer' | 'ClosingTimer';

/** What happened. `at` is a monotonic clock in milliseconds, `random` in [0, 1): a step knows no other world. */
export type Input = { readonly at: number; readonly random: number } & (
  | { readonly type: 'ManualStart' }
  | { readonly type: 'ManualStop'; readonly text: string }
  /** An operator's reset: Cease/Administrative Reset, then start again at once. */
  | { readonly type: 'ManualReset'; readonly text: string }
  /** The connection is up, ours or theirs (RFC 4271 events 16 and 17). */
  | {
      readonly type: 'TcpConnectionConfirmed';
      readonly connection: Connection;
      readonly localAddress: Address;
      readonly remoteAddress: Address;
    }
  /** Dialling failed, or the connection ended (RFC 4271 event 18). */
  | { readonly type: 'TcpConnectionFails'; readonly connection: Connection; readonly because: string }
  | { readonly type: 'BytesReceived'; readonly connection: Connection; readonly bytes: Uint8Array }
  | { readonly type: 'TimerExpires'; readonly timer: Timer; readonly connection: Connection | null }
);

/** What the shell must do, in order. */
export type Effect =
  | { readonly type: 'dial' }
  /** Give up an outgoing connection that is still being dialled. */
  | { readonly type: 'abortDial' }
  | { readonly type: 'send'; readonly connection: Connection; readonly bytes: Uint8Array }
  /** Flush what was sent, then close. */
  | { readonly type: 'close'; readonly connection: Connection }
  | {
      readonly type: 'startTimer';
      readonly timer: Timer;
      readonly connection: Connection | null;
      readonly ms: number;
    }
  | { readonly type: 'stopTimer'; readonly timer: Timer; readonly connection: Connection | null }
  /** The session is up: routes may go out on this connection. */
  | { readonly type: 'established'; readonly connection: Connection; readonly negotiated: Negotiated }
  /** The session is gone: whatever was told to the peer is forgotten. */
  | { readonly type: 'down' }
  /** An UPDATE from the peer: how its prefixes changed, per family. */
  | { readonly type: 'received'; readonly counts: ReadonlyMap<Family, number> }
  /** The peer asked for all routes of a family again (RFC 2918). */
  | { readonly type: 'refresh'; readonly family: Family };

/** What both OPENs agreed on. Made once, never changed. */
export interface Negotiated {
  readonly localAddress: Address;
  readonly remoteAddress: Address;
  readonly localASN: number;
  readonly peerASN: number;
  readonly localRouterId: Address;
  readonly peerRouterId: Address;
  /** Seconds. */
  readonly holdTime: number;
  readonly keepaliveTime: number;
  readonly families: readonly Family[];
  readonly fourOctetAs: boolean;
  readonly routeRefresh: boolean;
  readonly enhancedRouteRefresh: boolean;
  readonly extendedMessage: boolean;
  readonly extendedNextHop: readonly Family[];
  readonly peerHostName: string;
}

/** What a step concluded, in the session's own words; the speaker maps it to facts. */
export type Conclusion =
  | { readonly type: 'StateChanged'; readonly from: State; readonly to: State; readonly event: string }
  | { readonly type: 'Established'; readonly connection: Connection; readonly negotiated: Negotiated }
  | {
      readonly type: 'Closed';
      readonly connection: Connection;
      readonly by: 'local' | 'remote' | 'network';
      readonly from: State;
      readonly notification: Notification | null;
      readonly because: string;
    };
