import { ERROR_CODE, encodeMessage, KEEPALIVE, MESSAGE_TYPE } from '@vipcast/wire';
import { conclude, sayGoodbye, sentenceOf } from './closed.ts';
import type { ConnectionEvent, SessionEvent } from './event.ts';
import type { Action } from './machine.ts';
import { wireContext } from './negotiation.ts';
import { openOf } from './open.ts';
import { FRESH_RUN } from './session.ts';
import { revise, startTimer, stopTimer, type Turn } from './turn.ts';
import type { Connection, State } from './types.ts';
import type { ActionName, ActionParams } from './vocabulary.ts';

/** What an action is about: the connection, where it came from and what happened to it. */
export interface Scene {
  readonly connection: Connection;
  readonly from: State;
  readonly event: ConnectionEvent;
}

type Meanings = { readonly [N in ActionName]: (turn: Turn, scene: Scene, params: ActionParams<N>) => void };

/** The event, which the machine lets through to this action only when it is one of `types`. */
const only = <T extends SessionEvent['type']>(
  { event }: Scene,
  ...types: T[]
): Extract<ConnectionEvent, { type: T }> => {
  if (!(types as string[]).includes(event.type)) throw new TypeError(`${event.type} does not lead here`);
  return event as Extract<ConnectionEvent, { type: T }>;
};

const NO_DATA = new Uint8Array(0);

/** RFC 6608 §4: the data of an FSM error is the type of the message that was out of place. */
const MESSAGE_OF: Readonly<Partial<Record<SessionEvent['type'], number>>> = {
  BGPOpen: MESSAGE_TYPE.open,
  BGPOpenMsgErr: MESSAGE_TYPE.open,
  UpdateMsg: MESSAGE_TYPE.update,
  UpdateMsgErr: MESSAGE_TYPE.update,
  KeepAliveMsg: MESSAGE_TYPE.keepalive,
  RouteRefreshMsg: MESSAGE_TYPE.routeRefresh,
};

const MEANINGS: Meanings = {
  dial: (turn) => turn.effects.push({ type: 'dial' }),
  abortDial: (turn) => turn.effects.push({ type: 'abortDial' }),
  missAnswer: (turn, { connection, from }) =>
    conclude(turn, { connection, from, by: 'network', notification: null, because: 'no answer to our call' }),
  scheduleRetry: (turn, { connection }) => {
    const connectRetryCounter = turn.session[connection].connectRetryCounter + 1;
    revise(turn, connection, { connectRetryCounter });
    startTimer(turn, connection, 'ConnectRetryTimer');
  },
  takeConnection: (turn, scene) => {
    const { endpoints } = only(scene, 'TcpConnectionConfirmed');
    revise(turn, scene.connection, { endpoints, connectRetryCounter: 0 });
  },
  refuseConnection: (turn, { connection }) => turn.effects.push({ type: 'close', connection }),
  sendOpen: (turn, { connection }) => {
    const bytes = encodeMessage(openOf(turn.session.settings), wireContext(null));
    turn.effects.push({ type: 'send', connection, bytes });
  },
  sendKeepalive: (turn, { connection }) => turn.effects.push({ type: 'send', connection, bytes: KEEPALIVE }),
  agree: (turn, scene) => {
    const { negotiated } = only(scene, 'BGPOpen');
    revise(turn, scene.connection, { negotiated });
  },
  establish: (turn, { connection }) => {
    const { negotiated } = turn.session[connection];
    if (negotiated === null) throw new TypeError('Established without an OPEN');
    turn.effects.push({ type: 'established', connection, negotiated });
    turn.conclusions.push({ type: 'Established', connection, negotiated });
  },
  down: (turn) => turn.effects.push({ type: 'down' }),
  sendNotification: (turn, scene, cause) =>
    sayGoodbye(turn, scene, { type: 'notification', ...cause, data: NO_DATA }),
  sendCease: (turn, scene) => sayGoodbye(turn, scene, only(scene, 'ManualStop', 'ManualReset').notification),
  reportError: (turn, scene) => {
    const { error } = only(scene, 'BGPHeaderErr', 'BGPOpenMsgErr', 'UpdateMsgErr');
    const { code, subcode, data, message } = error;
    sayGoodbye(turn, scene, { type: 'notification', code, subcode, data }, message);
  },
  reportUnexpected: (turn, scene, { subcode }) => {
    const type = MESSAGE_OF[scene.event.type];
    const data = type === undefined ? NO_DATA : Uint8Array.of(type);
    sayGoodbye(turn, scene, {
      type: 'notification',
      code: ERROR_CODE.finiteStateMachine,
      subcode,
      data,
    });
  },
  hearNotification: (turn, scene) => {
    const { notification } = only(scene, 'NotifMsg');
    const { connection, from } = scene;
    conclude(turn, {
      connection,
      from,
      by: 'remote',
      notification,
      because: sentenceOf(notification),
    });
  },
  loseConnection: (turn, scene) => {
    const { because } = only(scene, 'TcpConnectionFails');
    const { connection, from } = scene;
    conclude(turn, { connection, from, by: 'network', notification: null, because });
  },
  close: (turn, { connection }) => turn.effects.push({ type: 'close', connection }),
  startTimer: (turn, { connection }, { timer }) => startTimer(turn, connection, timer),
  stopTimer: (turn, { connection }, { timer }) => stopTimer(turn, connection, timer),
  stopTimers: (turn, { connection }) => {
    for (const timer of turn.session[connection].timers) stopTimer(turn, connection, timer);
  },
  forget: (turn, { connection }) => revise(turn, connection, FRESH_RUN),
};

/** Does what an action means. */
export const perform = (turn: Turn, scene: Scene, { type, params }: Action): void =>
  // The machine can only name actions of the vocabulary, with their own parameters: `setup()` sees to that.
  (MEANINGS[type as ActionName] as (turn: Turn, scene: Scene, params: unknown) => void)(turn, scene, params);
