import type { Run, Session } from './session.ts';
import { durationOf, ownerOf } from './timers.ts';
import type { Conclusion, Connection, Effect, Timer } from './types.ts';

/** One step while it is being made. Never outlives the step, so what is written here nobody else can see. */
export interface Turn {
  readonly at: number;
  readonly random: number;
  session: Session;
  readonly effects: Effect[];
  readonly conclusions: Conclusion[];
}

/** Puts other values into a run. */
export const revise = (turn: Turn, connection: Connection, change: Partial<Run>): void => {
  turn.session = { ...turn.session, [connection]: { ...turn.session[connection], ...change } };
};

/** True while a timer runs. */
export const runs = ({ session }: Turn, connection: Connection, timer: Timer): boolean =>
  session[connection].timers.includes(timer);

/** A timer that ran is over: stopped, or expired. */
export const endTimer = (turn: Turn, connection: Connection, timer: Timer): void =>
  revise(turn, connection, {
    timers: turn.session[connection].timers.filter((each) => each !== timer),
  });

/** Stops a timer if it runs. */
export const stopTimer = (turn: Turn, connection: Connection, timer: Timer): void => {
  if (!runs(turn, connection, timer)) return;
  endTimer(turn, connection, timer);
  turn.effects.push({ type: 'stopTimer', timer, connection: ownerOf(timer, connection) });
};

/** Starts a timer, again if it runs; one that would take no time is switched off (hold time 0). */
export const startTimer = (turn: Turn, connection: Connection, timer: Timer): void => {
  const ms = durationOf(timer, turn.session, connection, turn.random);
  if (ms === 0) {
    stopTimer(turn, connection, timer);
    return;
  }
  if (!runs(turn, connection, timer))
    revise(turn, connection, { timers: [...turn.session[connection].timers, timer] });
  turn.effects.push({ type: 'startTimer', timer, connection: ownerOf(timer, connection), ms });
};
