import { ignored, notify, start, unexpected, vocabulary } from '../vocabulary.ts';

/**
 * RFC 4271 §8.2.2, Established. KEEPALIVE, UPDATE and ROUTE-REFRESH are answered before they get here (see
 * `hearing.ts`); header errors keep their own code (§6.1) instead of "any other event".
 */
export const established = vocabulary.createStateConfig({
  entry: ['establish'],
  exit: ['down'],
  on: {
    ManualStart: ignored,
    AutomaticStart: ignored,
    AutomaticStop: ignored,
    ManualStop: { target: 'Closing', actions: ['sendCease'] },
    ManualReset: { target: 'Closing', actions: ['sendCease'] },
    HoldTimer_Expires: { target: 'Closing', actions: [notify(4, 0)] },
    SendHoldTimer_Expires: { target: 'Closing', actions: [notify(8, 0)] },
    KeepaliveTimer_Expires: { actions: ['sendKeepalive', start('KeepaliveTimer')] },
    TcpConnectionConfirmed: { actions: ['refuseConnection'] },
    TcpConnectionFails: { target: 'Idle', actions: ['loseConnection'] },
    BGPHeaderErr: { target: 'Closing', actions: ['reportError'] },
    UpdateMsgErr: { target: 'Closing', actions: ['reportError'] },
    NotifMsg: { target: 'Closing', actions: ['hearNotification'] },
    KeepAliveMsg: ignored,
    UpdateMsg: ignored,
    RouteRefreshMsg: ignored,
    '*': { target: 'Closing', actions: [unexpected(3)] },
  },
});
