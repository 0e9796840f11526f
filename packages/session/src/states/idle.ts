import { ignored, stop, vocabulary } from '../vocabulary.ts';

const begin = [{ guard: 'isOutgoing', target: 'Connect' }, { target: 'Active' }] as const;

/**
 * RFC 4271 §8.2.2, Idle: no connection, and none wanted, or none yet while IdleHoldTimer runs
 * (DampPeerOscillations, §8.1.1). "Any other event" is ignored here: there is nobody to notify.
 */
export const idle = vocabulary.createStateConfig({
  entry: ['stopTimers', 'forget'],
  exit: [stop('IdleHoldTimer')],
  on: {
    ManualStart: begin,
    AutomaticStart: begin,
    IdleHoldTimer_Expires: begin,
    ManualStop: { actions: [stop('IdleHoldTimer')] },
    ManualReset: { actions: [stop('IdleHoldTimer')] },
    AutomaticStop: { actions: [stop('IdleHoldTimer')] },
    TcpConnectionConfirmed: { actions: ['refuseConnection'] },
    TcpConnectionFails: ignored,
    '*': ignored,
  },
});
