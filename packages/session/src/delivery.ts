import { perform } from './actions.ts';
import type { SessionEvent } from './event.ts';
import { transit } from './machine.ts';
import { stateOf } from './session.ts';
import { revise, type Turn } from './turn.ts';
import type { Connection } from './types.ts';

/** Lets the machine of one connection answer an event, and does what it says. */
export const deliver = (turn: Turn, connection: Connection, happened: SessionEvent): void => {
  const { state: from } = turn.session[connection];
  const event = { ...happened, connection };
  const { to, actions } = transit(from, event);
  const before = stateOf(turn.session);
  if (to !== from) revise(turn, connection, { state: to });
  const after = stateOf(turn.session);
  if (before !== after)
    turn.conclusions.push({ type: 'StateChanged', from: before, to: after, event: event.type });
  for (const action of actions) perform(turn, { connection, from, event }, action);
  // Only now: on the way, `since` still tells how long the state that is left has lasted.
  if (to !== from) revise(turn, connection, { since: turn.at });
};
