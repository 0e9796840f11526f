import { setup } from 'xstate';
import type { ConnectionEvent } from './event.ts';
import type { Timer } from './types.ts';

/** Code and subcode of a NOTIFICATION (RFC 4271 §4.5, RFC 6608). */
interface Cause {
  readonly code: number;
  readonly subcode: number;
}

const named = (): void => {};

/**
 * Every action the machine may ask for. They do nothing here: an action comes out of a transition as data, and
 * `actions.ts` says what it means.
 */
const actions = {
  dial: named,
  abortDial: named,
  /** Conclude that a dial got no answer in time. */
  missAnswer: named,
  /** Count a refused dial and wait for the next. */
  scheduleRetry: named,
  takeConnection: named,
  /** Close the connection that was just reported; what was there before stays. */
  refuseConnection: named,
  sendOpen: named,
  sendKeepalive: named,
  /** Keep what both OPENs agreed on. */
  agree: named,
  establish: named,
  down: named,
  sendNotification: (_: unknown, _cause: Cause) => {},
  /** Send the Cease that the event asks for. */
  sendCease: named,
  /** Send the NOTIFICATION for the damage that the event reports. */
  reportError: named,
  /** Send the FSM error for a message that is out of place (RFC 6608). */
  reportUnexpected: (_: unknown, _params: { readonly subcode: number }) => {},
  hearNotification: named,
  loseConnection: named,
  close: named,
  startTimer: (_: unknown, _params: { readonly timer: Timer }) => {},
  stopTimer: (_: unknown, _params: { readonly timer: Timer }) => {},
  stopTimers: named,
  forget: named,
};

/** The name of an action. */
export type ActionName = keyof typeof actions;

/** The parameters of an action; `undefined` when it has none. */
export type ActionParams<N extends ActionName> =
  Parameters<(typeof actions)[N]> extends [unknown, infer P] ? P : undefined;

/** The words the machine is written in. */
export const vocabulary = setup({
  types: {} as { events: ConnectionEvent },
  actions,
  guards: {
    isOutgoing: ({ event }) => event.connection === 'outgoing',
  },
});

/** Start (again) a timer; how long it runs is not the machine's business. */
export const start = (timer: Timer) => ({ type: 'startTimer', params: { timer } }) as const;

/** Stop a timer, if it runs. */
export const stop = (timer: Timer) => ({ type: 'stopTimer', params: { timer } }) as const;

/** Send NOTIFICATION `code/subcode` without data. */
export const notify = (code: number, subcode: number) =>
  ({ type: 'sendNotification', params: { code, subcode } }) as const;

/** Send FSM error 5/`subcode`: 1 in OpenSent, 2 in OpenConfirm, 3 in Established. */
export const unexpected = (subcode: number) => ({ type: 'reportUnexpected', params: { subcode } }) as const;

/** An event that is legal here and changes nothing. */
export const ignored = {};
