import { ignored, notify, start, unexpected, vocabulary } from '../vocabulary.ts';

/**
 * RFC 4271 §8.2.2, OpenSent: our OPEN is out, the peer's is awaited. A lost connection leads to Idle and not to
 * Active, so that IdleHoldTimer damps peers that accept and hang up. A NOTIFICATION is never answered with one.
 */
export const openSent = vocabulary.createStateConfig({
  entry: ['sendOpen', start('HoldTimer')],
  on: {
    ManualStart: ignored,
    AutomaticStart: ignored,
    AutomaticStop: ignored,
    ManualStop: { target: 'Closing', actions: ['sendCease'] },
    ManualReset: { target: 'Closing', actions: ['sendCease'] },
    HoldTimer_Expires: { target: 'Closing', actions: [notify(4, 0)] },
    TcpConnectionConfirmed: { actions: ['refuseConnection'] },
    TcpConnectionFails: { target: 'Idle', actions: ['loseConnection'] },
    BGPOpen: {
      target: 'OpenConfirm',
      actions: ['agree', 'sendKeepalive', start('KeepaliveTimer'), start('HoldTimer')],
    },
    BGPHeaderErr: { target: 'Closing', actions: ['reportError'] },
    BGPOpenMsgErr: { target: 'Closing', actions: ['reportError'] },
    OpenCollisionDump: { target: 'Closing', actions: [notify(6, 7)] },
    NotifMsg: { target: 'Closing', actions: ['hearNotification'] },
    '*': { target: 'Closing', actions: [unexpected(1)] },
  },
});
