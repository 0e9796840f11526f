import {
  CEASE,
  describeNotification,
  ERROR_CODE,
  encodeNotification,
  type Notification,
} from '@vipcast/wire';
import { nextIdleHold, sendHoldTimeOf } from './timers.ts';
import type { Turn } from './turn.ts';
import type { Connection, State } from './types.ts';

/** RFC 4271 §10: the hold time of who names none. */
const DEFAULT_HOLD = 90;

/** Why a connection ended. */
export interface Ending {
  readonly connection: Connection;
  readonly from: State;
  readonly by: 'local' | 'remote' | 'network';
  readonly notification: Notification | null;
  readonly because: string;
}

const isCease = (notification: Notification | null, ...subcodes: number[]): boolean =>
  notification !== null && notification.code === ERROR_CODE.cease && subcodes.includes(notification.subcode);

const lasted = ({ at, session }: Turn, { connection, from, notification }: Ending): boolean => {
  const { since, negotiated } = session[connection];
  if (from !== 'Established' || negotiated === null) return false;
  const holdTime = (negotiated.holdTime || DEFAULT_HOLD) * 1000;
  // A peer that falls silent, or deaf, at once is lost after such a time too: that is no sign of life.
  const awaited: Readonly<Record<number, number>> = {
    [ERROR_CODE.holdTimerExpired]: holdTime,
    [ERROR_CODE.sendHoldTimerExpired]: sendHoldTimeOf(session.settings, negotiated),
  };
  return at - since >= holdTime + (awaited[notification?.code ?? 0] ?? 0);
};

/** DampPeerOscillations (RFC 4271 §8.1.1): what this ending does to the wait before the next dial. */
const idleHoldAfter = (turn: Turn, ending: Ending): number => {
  const { idleHold } = turn.session;
  const { by, from, notification } = ending;
  if (from === 'Connect') return idleHold;
  if (by === 'local' && isCease(notification, CEASE.administrativeReset)) return 0;
  if (isCease(notification, CEASE.connectionCollision)) return idleHold || nextIdleHold(0);
  return nextIdleHold(lasted(turn, ending) ? 0 : idleHold);
};

/** Concludes that a connection is over, and remembers how soon to try again. */
export const conclude = (turn: Turn, ending: Ending): void => {
  turn.session = { ...turn.session, idleHold: turn.session.started ? idleHoldAfter(turn, ending) : 0 };
  turn.conclusions.push({ type: 'Closed', ...ending });
};

/** A NOTIFICATION as one line: its name, and what the other side's people or its data add. */
export const sentenceOf = (notification: Notification): string => {
  const { name, text, detail } = describeNotification(notification);
  const addition = text ?? detail;
  return addition === undefined ? name : `${name}: ${addition}`;
};

/** Says why, as the last thing on a connection. */
export const sayGoodbye = (
  turn: Turn,
  { connection, from }: Pick<Ending, 'connection' | 'from'>,
  notification: Notification,
  because: string = sentenceOf(notification),
): void => {
  const bytes = encodeNotification(notification.code, notification.subcode, notification.data);
  turn.effects.push({ type: 'send', connection, bytes });
  conclude(turn, { connection, from, by: 'local', notification, because });
};
