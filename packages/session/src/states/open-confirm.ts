import { ignored, notify, start, unexpected, vocabulary } from '../vocabulary.ts';

/** RFC 4271 §8.2.2, OpenConfirm: both OPENs met and were liked, the peer's KEEPALIVE is awaited. */
export const openConfirm = vocabulary.createStateConfig({
  on: {
    ManualStart: ignored,
    AutomaticStart: ignored,
    AutomaticStop: ignored,
    ManualStop: { target: 'Closing', actions: ['sendCease'] },
    ManualReset: { target: 'Closing', actions: ['sendCease'] },
    HoldTimer_Expires: { target: 'Closing', actions: [notify(4, 0)] },
    KeepaliveTimer_Expires: { actions: ['sendKeepalive', start('KeepaliveTimer')] },
    TcpConnectionConfirmed: { actions: ['refuseConnection'] },
    TcpConnectionFails: { target: 'Idle', actions: ['loseConnection'] },
    BGPHeaderErr: { target: 'Closing', actions: ['reportError'] },
    BGPOpenMsgErr: { target: 'Closing', actions: ['reportError'] },
    OpenCollisionDump: { target: 'Closing', actions: [notify(6, 7)] },
    NotifMsg: { target: 'Closing', actions: ['hearNotification'] },
    KeepAliveMsg: { target: 'Established', actions: [start('HoldTimer')] },
    '*': { target: 'Closing', actions: [unexpected(2)] },
  },
});
