import { CEASE, ERROR_CODE, type Notification, shutdownData } from '@vipcast/wire';
import { deliver } from './delivery.ts';
import { hear } from './hearing.ts';
import type { Session } from './session.ts';
import { supervise } from './supervision.ts';
import { ownerOf } from './timers.ts';
import { endTimer, runs, startTimer, stopTimer, type Turn } from './turn.ts';
import type { Conclusion, Connection, Effect, Input, Timer } from './types.ts';

/** What came of one input. */
export interface Step {
  readonly session: Session;
  /** To be done in this order. */
  readonly effects: readonly Effect[];
  readonly conclusions: readonly Conclusion[];
}

type InputOf<T extends Input['type']> = Extract<Input, { type: T }>;

const DIRECTIONS: readonly Connection[] = ['outgoing', 'incoming'];

/** RFC 9003: only a shutdown and a reset carry text. */
const cease = (subcode: number, text: string): Notification => ({
  type: 'notification',
  code: ERROR_CODE.cease,
  subcode,
  data:
    text !== '' && (subcode === CEASE.administrativeShutdown || subcode === CEASE.administrativeReset)
      ? shutdownData(text)
      : new Uint8Array(0),
});

const onStart = (turn: Turn): void => {
  if (turn.session.started) return;
  turn.session = { ...turn.session, started: true, idleHold: 0 };
  supervise(turn, 'ManualStart');
};

const onStop = (turn: Turn, { subcode, text }: InputOf<'ManualStop'>): void => {
  turn.session = { ...turn.session, started: false, idleHold: 0 };
  for (const connection of DIRECTIONS)
    deliver(turn, connection, { type: 'ManualStop', notification: cease(subcode, text) });
};

const onReset = (turn: Turn, { text }: InputOf<'ManualReset'>): void => {
  if (!turn.session.started) return;
  turn.session = { ...turn.session, idleHold: 0 };
  const notification = cease(CEASE.administrativeReset, text);
  for (const connection of DIRECTIONS) deliver(turn, connection, { type: 'ManualReset', notification });
};

/**
 * The peer may dial while a connection it dialled before is still there. One that got no further than OpenSent, or
 * is closing, gives way: a peer that dials again has most likely forgotten it. From OpenConfirm on the older one
 * stays.
 */
const onConfirmed = (turn: Turn, input: InputOf<'TcpConnectionConfirmed'>): void => {
  const { connection, localAddress, remoteAddress } = input;
  const { state } = turn.session[connection];
  if (connection === 'incoming' && (state === 'OpenSent' || state === 'Closing')) {
    deliver(turn, connection, {
      type: 'TcpConnectionFails',
      because: 'replaced by a newer connection',
    });
    supervise(turn);
  }
  deliver(turn, connection, {
    type: 'TcpConnectionConfirmed',
    endpoints: { localAddress, remoteAddress },
  });
};

/**
 * RFC 9687: SendHoldTimer runs in Established, and each message that is sent restarts it. Keepalives see to that as long
 * as nothing stalls, so here it runs while something does.
 */
const onSending = (turn: Turn, { type, connection }: InputOf<'SendStalls' | 'SendFlows'>): void => {
  if (turn.session[connection].state !== 'Established') return;
  if (type === 'SendStalls') startTimer(turn, connection, 'SendHoldTimer');
  else stopTimer(turn, connection, 'SendHoldTimer');
};

const holderOf = (timer: Timer, connection: Connection | null): Connection | null =>
  ownerOf(timer, 'incoming') === null ? 'outgoing' : connection;

const onTimer = (turn: Turn, { timer, connection }: InputOf<'TimerExpires'>): void => {
  const holder = holderOf(timer, connection);
  if (holder === null || !runs(turn, holder, timer)) return;
  endTimer(turn, holder, timer);
  deliver(turn, holder, { type: `${timer}_Expires` });
};

const take = (turn: Turn, input: Input): void => {
  switch (input.type) {
    case 'ManualStart':
      onStart(turn);
      break;
    case 'ManualStop':
      onStop(turn, input);
      break;
    case 'SettingsChanged':
      turn.session = { ...turn.session, settings: input.settings };
      break;
    case 'ManualReset':
      onReset(turn, input);
      break;
    case 'TcpConnectionConfirmed':
      onConfirmed(turn, input);
      break;
    case 'TcpConnectionFails':
      deliver(turn, input.connection, input);
      break;
    case 'BytesReceived':
      hear(turn, input.connection, input.bytes);
      break;
    case 'SendStalls':
    case 'SendFlows':
      onSending(turn, input);
      break;
    case 'TimerExpires':
      onTimer(turn, input);
      break;
  }
};

/**
 * Takes one input: what the session is afterwards, what the shell has to do, and what is worth telling others.
 * Pure: the same session and input give the same answer, always. Nothing a peer can send makes it throw.
 */
export const step = (session: Session, input: Input): Step => {
  const turn: Turn = { at: input.at, random: input.random, session, effects: [], conclusions: [] };
  take(turn, input);
  supervise(turn);
  return { session: turn.session, effects: turn.effects, conclusions: turn.conclusions };
};
