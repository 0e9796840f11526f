import { ignored, start, stop, vocabulary } from '../vocabulary.ts';

/** RFC 4271 §8.2.2, Connect: a dial is under way. Only the outgoing connection is ever here. */
export const connect = vocabulary.createStateConfig({
  entry: ['dial', start('ConnectRetryTimer')],
  exit: [stop('ConnectRetryTimer')],
  on: {
    ManualStart: ignored,
    AutomaticStart: ignored,
    ManualReset: ignored,
    ManualStop: { target: 'Idle', actions: ['abortDial'] },
    AutomaticStop: { target: 'Idle', actions: ['abortDial'] },
    ConnectRetryTimer_Expires: { target: 'Connect', reenter: true, actions: ['abortDial', 'missAnswer'] },
    TcpConnectionConfirmed: { target: 'OpenSent', actions: ['takeConnection'] },
    // The RFC's branch with DelayOpenTimer running: a refused dial is not yet a failed session.
    TcpConnectionFails: { target: 'Active', actions: ['loseConnection', 'scheduleRetry'] },
    '*': { target: 'Idle', actions: ['abortDial'] },
  },
});
