import { type Drain, type DrainWish, drainBecause, NO_DRAIN } from './drain.ts';
import { settle } from './settle.ts';
import type { Turn } from './state.ts';

const startTimer = (turn: Turn): void => {
  turn.effects.push({ type: 'startTimer', timer: 'drain', ms: turn.drainTime });
};

const settleAll = (turn: Turn): void => {
  for (const vip of turn.vips.values()) settle(turn, vip);
};

const conclude = (turn: Turn, type: 'DrainStarted' | 'Drained' | 'Undrained', because: string): void => {
  turn.conclusions.push({ type, because, wishes: turn.drain.wishes });
};

const sayAgain = (turn: Turn, because: string): void =>
  conclude(turn, turn.drain.phase === 'draining' ? 'DrainStarted' : 'Drained', because);

const isAdvertising = ({ vips }: Turn): boolean => {
  for (const { said } of vips.values()) if (said?.advertised) return true;
  return false;
};

const finish = (turn: Turn): void => {
  turn.drain = { ...turn.drain, phase: 'drained' };
  settleAll(turn);
  conclude(turn, 'Drained', drainBecause(turn.drain));
};

/**
 * Adds a wish to drain. Where there is one already, that is said again, so that whoever asks is answered.
 * A node that advertises nothing is drained at once.
 */
export const requestDrain = (turn: Turn, wish: DrainWish): void => {
  const { phase, wishes } = turn.drain;
  const others = wishes.filter(({ source }) => source !== wish.source);
  turn.drain = { phase, wishes: [...others, wish] };
  if (phase !== 'none') {
    sayAgain(turn, `${phase} already: ${drainBecause({ phase, wishes })}`);
  } else if (isAdvertising(turn)) {
    turn.drain = { ...turn.drain, phase: 'draining' };
    startTimer(turn);
    conclude(turn, 'DrainStarted', wish.because);
    settleAll(turn);
  } else finish(turn);
};

/** Takes a wish to drain back. The node stays as it is while there is another. */
export const liftDrain = (turn: Turn, { source, because }: DrainWish): void => {
  const { phase } = turn.drain;
  const wishes = turn.drain.wishes.filter((wish) => wish.source !== source);
  turn.drain = { phase, wishes };
  if (wishes.length > 0) {
    sayAgain(turn, `still ${phase}: ${drainBecause(turn.drain)}`);
    return;
  }
  turn.drain = NO_DRAIN;
  if (phase === 'draining') turn.effects.push({ type: 'stopTimer', timer: 'drain' });
  conclude(turn, 'Undrained', phase === 'none' ? 'the node was not drained' : because);
  if (phase !== 'none') settleAll(turn);
};

/** What the Node of the cluster says of draining; `null`: nothing. Only a change is taken. */
export const nodeTold = (turn: Turn, because: string | null): void => {
  const before = turn.drain.wishes.find(({ source }) => source === 'kubernetes')?.because ?? null;
  if (because === before) return;
  if (because !== null) requestDrain(turn, { source: 'kubernetes', because });
  else liftDrain(turn, { source: 'kubernetes', because: `no longer: ${before}` });
};

/** Routers had their time: withdraws. */
export const drainTimeIsOver = (turn: Turn): void => {
  if (turn.drain.phase === 'draining') finish(turn);
};

/** Changes the time that routers get; a drain that is under way gets all of it. */
export const setDrainTime = (turn: Turn, ms: number): void => {
  turn.drainTime = ms;
  if (turn.drain.phase === 'draining') startTimer(turn);
};

/** Brings back a drain as the journal left it. One that was under way gets its whole time again. */
export const restoreDrain = (turn: Turn, drain: Drain): void => {
  turn.drain = drain;
  if (drain.phase === 'draining') startTimer(turn);
};
