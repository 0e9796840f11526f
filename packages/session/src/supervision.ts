import { deliver } from './delivery.ts';
import { isOpen, rivalOf, type Session } from './session.ts';
import { runs, startTimer, type Turn } from './turn.ts';
import type { Connection } from './types.ts';

/**
 * True when a direction has no work: the other one is Established, or it is ours to dial and the peer's connection
 * has come as far as OpenConfirm, or the peer is the one to dial.
 */
const isIdler = (session: Session, connection: Connection): boolean => {
  const rival = session[rivalOf(connection)].state;
  if (rival === 'Established') return true;
  return connection === 'outgoing' && (session.settings.passive || rival === 'OpenConfirm');
};

const rest = (turn: Turn, connection: Connection): void => {
  const { state } = turn.session[connection];
  const rival = turn.session[rivalOf(connection)].state;
  if (isOpen(state) && rival === 'Established') deliver(turn, connection, { type: 'OpenCollisionDump' });
  else if (state === 'Connect' || state === 'Active' || runs(turn, connection, 'IdleHoldTimer'))
    deliver(turn, connection, { type: 'AutomaticStop' });
};

const work = (turn: Turn, connection: Connection, event: 'ManualStart' | 'AutomaticStart'): void => {
  const { started, idleHold } = turn.session;
  if (!started || turn.session[connection].state !== 'Idle') return;
  if (runs(turn, connection, 'IdleHoldTimer')) return;
  if (connection === 'outgoing' && idleHold > 0) startTimer(turn, connection, 'IdleHoldTimer');
  else deliver(turn, connection, { type: event });
};

/**
 * Makes each direction do what it should in view of the other: dial or wait, hold off after a failure, or stop
 * because the other one is ahead. Damping holds back our own dials only: a peer that dials us shows that it is
 * alive.
 * @param event what to call it when a run is started
 */
export const supervise = (turn: Turn, event: 'ManualStart' | 'AutomaticStart' = 'AutomaticStart'): void => {
  for (const connection of ['outgoing', 'incoming'] as const) {
    if (isIdler(turn.session, connection)) rest(turn, connection);
    else work(turn, connection, event);
  }
};
