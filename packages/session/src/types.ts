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
  /** Milliseconds between dials that the peer refuses, and how long one dial may take. */
  readonly connectRetryTime: number;
  /**
   * Milliseconds that what was sent may wait to be taken. Default: that of RFC 9687, the greater of eight minutes and
   * twice the negotiated hold time.
   */
  readonly sendHoldTime?: number;
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
export type Timer =
  | 'ConnectRetryTimer'
  | 'HoldTimer'
  | 'KeepaliveTimer'
  | 'SendHoldTimer'
  | 'IdleHoldTimer'
  | 'ClosingTimer';

/** What happened. `at` is a monotonic clock in milliseconds, `random` in [0, 1): a step knows no other world. */
export type Input = { readonly at: number; readonly random: number } & (
  | { readonly type: 'ManualStart' }
  /** End the session with this Cease subcode (RFC 4486): 2 shutdown, 3 de-configured, 6 configuration change. */
  | { readonly type: 'ManualStop'; readonly subcode: number; readonly text: string }
  /**
   * Settings that need no reset. Nothing is reset: times hold from the next time they are needed, what OPEN says from
   * the next OPEN.
   */
  | { readonly type: 'SettingsChanged'; readonly settings: SessionSettings }
  /** An operator's reset: Cease/Administrative Reset, then start again at once. */
  | { readonly type: 'ManualReset'; readonly text: string }
  /**
   * The connection is up, ours or theirs (RFC 4271 events 16 and 17). An incoming one may come while an older one
   * lives: see `close` for which of the two stays. From here on every input speaks of the one that stayed.
   */
  | ({ readonly type: 'TcpConnectionConfirmed'; readonly connection: Connection } & Endpoints)
  /**
   * Dialling failed, or the connection ended (RFC 4271 event 18). Reported once for each connection, after `close`
   * too; not after `abortDial`, and not for a connection that was refused or replaced.
   */
  | { readonly type: 'TcpConnectionFails'; readonly connection: Connection; readonly because: string }
  | { readonly type: 'BytesReceived'; readonly connection: Connection; readonly bytes: Uint8Array }
  /**
   * `SendStalls`: something that was sent begins to wait, since the peer reads nothing and the kernel takes no more; or
   * the kernel has taken some of it, and the rest waits. `SendFlows`: nothing waits any more. Not a word while all is
   * taken at once.
   */
  | { readonly type: 'SendStalls' | 'SendFlows'; readonly connection: Connection }
  | { readonly type: 'TimerExpires'; readonly timer: Timer; readonly connection: Connection | null }
);

/** What the shell must do, in order. */
export type Effect =
  | { readonly type: 'dial' }
  /** Give up an outgoing connection that is still being dialled. */
  | { readonly type: 'abortDial' }
  | { readonly type: 'send'; readonly connection: Connection; readonly bytes: Uint8Array }
  /**
   * Flush what was sent, then close. Two cases are special. In answer to `TcpConnectionConfirmed` it refuses the
   * connection just reported: drop that one, and an older one of its direction stays as it is. When the answer
   * holds no such `close`, the older one is replaced, and to be dropped without a word. For a connection that is
   * closing already it means that there was time enough: drop it.
   */
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
  /** How many prefixes the peer now announces, per family. 10,000 is "that many or more": no more are counted. */
  | { readonly type: 'received'; readonly counts: ReadonlyMap<Family, number> }
  /** The peer asked for all routes of a family again (RFC 2918). */
  | { readonly type: 'refresh'; readonly family: Family };

/** Both ends of a TCP connection. */
export interface Endpoints {
  readonly localAddress: Address;
  readonly remoteAddress: Address;
}

/** What both OPENs agreed on. Made once, never changed. */
export interface Negotiated extends Endpoints {
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
