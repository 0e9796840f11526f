import { NOTHING_RECEIVED, type Received } from './received.ts';
import type { Connection, Endpoints, Negotiated, SessionSettings, State, Timer } from './types.ts';

/** One connection of a session: one run of the machine, and what it has to remember. */
export interface Run {
  readonly state: State;
  /** When `state` was entered. */
  readonly since: number;
  /** Those that run: one that does not can neither be stopped nor expire. */
  readonly timers: readonly Timer[];
  /** Dials refused in a row (RFC 4271 §8). */
  readonly connectRetryCounter: number;
  readonly endpoints: Endpoints | null;
  readonly negotiated: Negotiated | null;
  /** The beginning of a message whose end has not arrived. */
  readonly buffer: Uint8Array;
  readonly received: Received;
}

/** All there is to know about the session with one peer. Plain data. */
export interface Session {
  readonly settings: SessionSettings;
  /** Between ManualStart and ManualStop. */
  readonly started: boolean;
  /** How long to hold off the next dial, in milliseconds before jitter; 0 is not at all. */
  readonly idleHold: number;
  readonly outgoing: Run;
  readonly incoming: Run;
}

/** A run that knows nothing of any connection. */
export const FRESH_RUN: Omit<Run, 'state' | 'since' | 'timers'> = {
  connectRetryCounter: 0,
  endpoints: null,
  negotiated: null,
  buffer: new Uint8Array(0),
  received: NOTHING_RECEIVED,
};

const IDLE: Run = { ...FRESH_RUN, state: 'Idle', since: 0, timers: [] };

/** A session that waits for ManualStart. */
export const createSession = (settings: SessionSettings): Session => ({
  settings,
  started: false,
  idleHold: 0,
  outgoing: IDLE,
  incoming: IDLE,
});

/** From nothing to everything. Active ranks below Connect: the incoming connection waits all the while. */
const RANK: Readonly<Record<State, number>> = {
  Idle: 0,
  Active: 1,
  Connect: 2,
  Closing: 3,
  OpenSent: 4,
  OpenConfirm: 5,
  Established: 6,
};

/** The state of the session: that of its more advanced connection. */
export const stateOf = ({ outgoing, incoming }: Session): State =>
  RANK[outgoing.state] >= RANK[incoming.state] ? outgoing.state : incoming.state;

/** The other direction. */
export const rivalOf = (connection: Connection): Connection =>
  connection === 'outgoing' ? 'incoming' : 'outgoing';

/** True when messages flow on a connection in this state. */
export const isOpen = (state: State): boolean => RANK[state] >= RANK.OpenSent;
