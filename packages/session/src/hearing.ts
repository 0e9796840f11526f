import {
  type DecodeError,
  decodeMessage,
  ERROR_CODE,
  familyOfAfiSafi,
  frame,
  MESSAGE_TYPE,
  type Open,
  type RouteRefresh,
  type Update,
} from '@vipcast/wire';
import { loserOf } from './collision.ts';
import { deliver } from './delivery.ts';
import type { SessionEvent } from './event.ts';
import { negotiate, wireContext } from './negotiation.ts';
import { openError } from './open.ts';
import { countsOf, follow, type Received } from './received.ts';
import { isOpen, rivalOf } from './session.ts';
import { revise, startTimer, type Turn } from './turn.ts';
import type { Connection } from './types.ts';

const TYPE_OFFSET = 18;
const NORMAL_REFRESH = 0;

const errorEvent = (error: DecodeError): SessionEvent => {
  if (error.code === ERROR_CODE.open) return { type: 'BGPOpenMsgErr', error };
  if (error.code === ERROR_CODE.update) return { type: 'UpdateMsgErr', error };
  return { type: 'BGPHeaderErr', error };
};

const hearOpen = (turn: Turn, connection: Connection, open: Open): void => {
  const { settings } = turn.session;
  const { endpoints } = turn.session[connection];
  if (endpoints === null) throw new TypeError('an OPEN without a connection');
  const error = openError(open, settings);
  if (error !== undefined) {
    deliver(turn, connection, errorEvent(error));
    return;
  }
  const negotiated = negotiate(open, settings, endpoints);
  if (turn.session[connection].state === 'OpenSent') {
    const rival = turn.session[rivalOf(connection)];
    const encounter = { connection, negotiated, rival: rival.state, rivalAge: turn.at - rival.since };
    const loser = loserOf(encounter);
    if (loser !== null) deliver(turn, loser, { type: 'OpenCollisionDump' });
    if (loser === connection) return;
  }
  deliver(turn, connection, { type: 'BGPOpen', negotiated });
};

/** We keep no route of the peer's: an UPDATE only counts. */
const hearUpdate = (turn: Turn, connection: Connection, update: Update): void => {
  const run = turn.session[connection];
  if (run.state !== 'Established' || run.negotiated === null) {
    deliver(turn, connection, { type: 'UpdateMsg' });
    return;
  }
  const received = follow(run.received, update);
  if (received !== run.received) revise(turn, connection, { received });
};

/**
 * RFC 2918 §4: a family that was not negotiated is ignored. So are the brackets of an enhanced refresh (RFC 7313).
 */
const hearRefresh = (turn: Turn, connection: Connection, refresh: RouteRefresh): void => {
  const { state, negotiated } = turn.session[connection];
  if (state !== 'Established' || negotiated === null) {
    deliver(turn, connection, { type: 'RouteRefreshMsg' });
    return;
  }
  const family = familyOfAfiSafi(refresh.afi, refresh.safi);
  if (refresh.subtype === NORMAL_REFRESH && family !== undefined && negotiated.families.includes(family))
    turn.effects.push({ type: 'refresh', family });
};

const hearMessage = (turn: Turn, connection: Connection, bytes: Uint8Array): void => {
  const decoded = decodeMessage(bytes, wireContext(turn.session[connection].negotiated));
  if (!decoded.ok) {
    // Nothing of the peer's is used, so a family whose routes cannot be read (RFC 7606 §2) has nothing to lose.
    if (decoded.error.handling !== 'afi-safi-disable') deliver(turn, connection, errorEvent(decoded.error));
    return;
  }
  const message = decoded.value;
  switch (message.type) {
    case 'open':
      hearOpen(turn, connection, message);
      break;
    case 'update':
      hearUpdate(turn, connection, message);
      break;
    case 'notification':
      deliver(turn, connection, { type: 'NotifMsg', notification: message });
      break;
    case 'keepalive':
      deliver(turn, connection, { type: 'KeepAliveMsg' });
      break;
    case 'route-refresh':
      hearRefresh(turn, connection, message);
      break;
  }
};

/** Says what the peer announces now if that is not what it was. */
const reportReceived = (turn: Turn, connection: Connection, before: Received): void => {
  const { received, negotiated } = turn.session[connection];
  if (received === before || negotiated === null) return;
  turn.effects.push({ type: 'received', counts: countsOf(received, negotiated.families) });
};

/**
 * Listens to what came in on a connection. In Established the machine is not asked about KEEPALIVE, UPDATE and
 * ROUTE-REFRESH, and what the first two say of hold time and counts is
 * said once for the whole piece. After the end of the connection, and
 * after bytes that make no message, the rest is not heard.
 */
export const hear = (turn: Turn, connection: Connection, bytes: Uint8Array): void => {
  const { state, buffer, negotiated, received } = turn.session[connection];
  if (!isOpen(state)) return;
  const { messages, rest, error } = frame(buffer, bytes, wireContext(negotiated).maxMessageLength);
  if (rest.length + buffer.length > 0) revise(turn, connection, { buffer: rest });
  let alive = false;
  for (const message of messages) {
    const type = message[TYPE_OFFSET];
    const established = turn.session[connection].state === 'Established';
    if (established && (type === MESSAGE_TYPE.keepalive || type === MESSAGE_TYPE.update)) alive = true;
    if (!established || type !== MESSAGE_TYPE.keepalive) hearMessage(turn, connection, message);
    if (!isOpen(turn.session[connection].state)) return;
  }
  if (error !== undefined) {
    deliver(turn, connection, { type: 'BGPHeaderErr', error });
    return;
  }
  reportReceived(turn, connection, received);
  if (alive) startTimer(turn, connection, 'HoldTimer');
};
