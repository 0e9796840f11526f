import type { Input, SessionSettings } from '@vipcast/session';

/**
 * What the flight recorder hears first of a session: all that a replay must know besides the inputs. A peer whose
 * configuration changed gets a new session while the old one still says goodbye, so each has an actor name of its own.
 */
export interface SessionCreated {
  readonly type: 'SessionCreated';
  readonly node: string;
  readonly peer: string;
  /** The speaker's epoch, and how many facts it had written in it. */
  readonly epoch: number;
  readonly n: number;
  readonly settings: SessionSettings;
}

/** What the flight recorder hears of a session, in this order. */
export type RecordedSessionInput = SessionCreated | Input;
