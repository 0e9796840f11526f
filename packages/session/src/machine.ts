import { transition } from 'xstate';
import type { ConnectionEvent } from './event.ts';
import { active } from './states/active.ts';
import { closing } from './states/closing.ts';
import { connect } from './states/connect.ts';
import { established } from './states/established.ts';
import { idle } from './states/idle.ts';
import { openConfirm } from './states/open-confirm.ts';
import { openSent } from './states/open-sent.ts';
import type { State } from './types.ts';
import { vocabulary } from './vocabulary.ts';

/** The finite state machine of one connection: RFC 4271 §8.2.2 and `Closing`. Data; never run, only asked. */
export const machine = vocabulary.createMachine({
  id: 'session',
  initial: 'Idle',
  states: {
    Idle: idle,
    Connect: connect,
    Active: active,
    OpenSent: openSent,
    OpenConfirm: openConfirm,
    Established: established,
    Closing: closing,
  },
});

const snapshotOf = (value: State) => machine.resolveState({ value });

// The machine has no context, so a state is its name and one snapshot of each serves all sessions.
const SNAPSHOTS = {
  Idle: snapshotOf('Idle'),
  Connect: snapshotOf('Connect'),
  Active: snapshotOf('Active'),
  OpenSent: snapshotOf('OpenSent'),
  OpenConfirm: snapshotOf('OpenConfirm'),
  Established: snapshotOf('Established'),
  Closing: snapshotOf('Closing'),
};

/** What comes out of a transition: a name of `vocabulary.ts` with its parameters. */
export interface Action {
  readonly type: string;
  readonly params?: unknown;
}

const TRANSITIONS = new Map<string, { to: State; actions: readonly Action[] }>();

/**
 * Where an event leads from a state, and what is to be done on the way, in order. Without a context that follows from
 * the state, the name of the event and the connection alone: each is asked once.
 */
export const transit = (from: State, event: ConnectionEvent): { to: State; actions: readonly Action[] } => {
  const key = `${from} ${event.type} ${event.connection}`;
  const known = TRANSITIONS.get(key);
  if (known !== undefined) return known;
  const [snapshot, actions] = transition(machine, SNAPSHOTS[from], event);
  const asked = { to: snapshot.value, actions };
  TRANSITIONS.set(key, asked);
  return asked;
};
