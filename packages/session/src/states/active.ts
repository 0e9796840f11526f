import { ignored, stop, vocabulary } from '../vocabulary.ts';

/**
 * RFC 4271 §8.2.2, Active: waiting for the peer to dial (incoming), or to dial it again (outgoing, while
 * ConnectRetryTimer runs).
 */
export const active = vocabulary.createStateConfig({
  exit: [stop('ConnectRetryTimer')],
  on: {
    ManualStart: ignored,
    AutomaticStart: ignored,
    ManualReset: [{ guard: 'isOutgoing', target: 'Connect' }, ignored],
    ManualStop: { target: 'Idle' },
    AutomaticStop: { target: 'Idle' },
    ConnectRetryTimer_Expires: { target: 'Connect' },
    TcpConnectionConfirmed: { target: 'OpenSent', actions: ['takeConnection'] },
    // Nothing is open here: the echo of a connection that was given up.
    TcpConnectionFails: ignored,
    '*': { target: 'Idle' },
  },
});
