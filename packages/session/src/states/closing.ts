import { ignored, start, vocabulary } from '../vocabulary.ts';

/**
 * Not in RFC 4271: the session is over, and what was said last is still on its way. Ends when TCP says so, or after
 * ClosingTimer, which asks for the connection to be dropped.
 */
export const closing = vocabulary.createStateConfig({
  entry: ['stopTimers', 'close', start('ClosingTimer')],
  on: {
    ManualStart: ignored,
    AutomaticStart: ignored,
    AutomaticStop: ignored,
    ManualStop: ignored,
    ManualReset: ignored,
    OpenCollisionDump: ignored,
    ClosingTimer_Expires: { target: 'Idle', actions: ['close'] },
    TcpConnectionConfirmed: { actions: ['refuseConnection'] },
    TcpConnectionFails: { target: 'Idle' },
    '*': ignored,
  },
});
