import type { Session } from './session.ts';
import type { Connection, Negotiated, SessionSettings, Timer } from './types.ts';

/** RFC 4271 §8.2.2 suggests four minutes to wait for an OPEN. */
const OPEN_HOLD = 240_000;
const CLOSING = 1000;
/** RFC 9687: eight minutes, or twice the hold time if that is more. */
const LEAST_SEND_HOLD = 480_000;
const FIRST_RETRY = 1000;
const FIRST_IDLE_HOLD = 1000;
const LONGEST_IDLE_HOLD = 60_000;

/** RFC 4271 §10: a random factor between 0.75 and 1, so that peers do not move in step. */
const jittered = (ms: number, random: number): number => Math.round(ms * (0.75 + random / 4));

/**
 * In Connect the time a dial may take; in Active the wait before the next, which is short after the first refusal.
 */
const connectRetry = ({ settings, outgoing }: Session): number =>
  outgoing.state === 'Active' && outgoing.connectRetryCounter === 1
    ? Math.min(FIRST_RETRY, settings.connectRetryTime)
    : settings.connectRetryTime;

/**
 * How long what was sent may wait, in milliseconds; 0 is for ever, as where the hold time is 0 (RFC 9687).
 */
export const sendHoldTimeOf = (
  { sendHoldTime }: SessionSettings,
  { holdTime }: Pick<Negotiated, 'holdTime'>,
): number => (holdTime === 0 ? 0 : (sendHoldTime ?? Math.max(LEAST_SEND_HOLD, 2 * holdTime * 1000)));

/** How long a timer started now is to run, in milliseconds; 0 when it is not to run at all. */
export const durationOf = (
  timer: Timer,
  session: Session,
  connection: Connection,
  random: number,
): number => {
  const { negotiated } = session[connection];
  switch (timer) {
    case 'ConnectRetryTimer':
      return jittered(connectRetry(session), random);
    case 'IdleHoldTimer':
      return jittered(session.idleHold, random);
    case 'HoldTimer':
      return negotiated === null ? OPEN_HOLD : negotiated.holdTime * 1000;
    case 'SendHoldTimer':
      return negotiated === null ? 0 : sendHoldTimeOf(session.settings, negotiated);
    case 'KeepaliveTimer':
      return jittered((negotiated?.keepaliveTime ?? 0) * 1000, random);
    case 'ClosingTimer':
      return CLOSING;
  }
};

/** How long to hold off after one more failure. */
export const nextIdleHold = (idleHold: number): number =>
  idleHold === 0 ? FIRST_IDLE_HOLD : Math.min(2 * idleHold, LONGEST_IDLE_HOLD);

/** The connection a timer is named by; `null` for the two timers of the peer, which the outgoing run holds. */
export const ownerOf = (timer: Timer, connection: Connection): Connection | null =>
  timer === 'ConnectRetryTimer' || timer === 'IdleHoldTimer' ? null : connection;
