import { KEEPALIVE } from '@vipcast/wire';
import { describe, expect, it } from 'vitest';
import {
  after,
  asked,
  begun,
  changes,
  closings,
  expires,
  flows,
  lost,
  opened,
  peerOpen,
  said,
  spoken,
  stalls,
  stopped,
  when,
} from './simulation/scenario.ts';

const MINUTE = 60_000;

describe('given Established, when what we send waits (RFC 9687)', () => {
  const { established } = opened();
  const stuck = after(established, stalls);

  it('it may wait eight minutes', () => {
    const answer = when(established, stalls);
    expect(asked(answer)).toEqual(['start SendHoldTimer 480000']);
    expect(answer.conclusions).toEqual([]);
  });

  it('it may wait twice the hold time where that is more', () => {
    const long = opened({ holdTime: 300 }, { holdTime: 300 });
    expect(asked(when(long.established, stalls))).toEqual(['start SendHoldTimer 600000']);
  });

  it('it may wait as long as is set', () => {
    expect(asked(when(opened({ sendHoldTime: 500 }).established, stalls))).toEqual([
      'start SendHoldTimer 500',
    ]);
  });

  it('it may wait for ever without a hold time, as our own silence may last', () => {
    const { established: silent } = opened({ holdTime: 0, sendHoldTime: 500 });
    expect(when(silent, stalls).effects).toEqual([]);
  });

  it('and some of it goes, it has all of its time again', () => {
    expect(asked(when(stuck, stalls, 1000))).toEqual(['start SendHoldTimer 480000']);
  });

  it('and all of it goes, nothing is awaited', () => {
    expect(asked(when(stuck, flows))).toEqual(['stop SendHoldTimer']);
    expect(when(established, flows).effects).toEqual([]);
    expect(when(after(stuck, flows), expires('SendHoldTimer', 'outgoing')).effects).toEqual([]);
  });

  it('and the peer goes on with its KEEPALIVEs, they save nothing', () => {
    const answer = when(stuck, said('outgoing', KEEPALIVE));
    expect(asked(answer)).toEqual(['start HoldTimer 9000']);
    const ended = when(answer.session, expires('SendHoldTimer', 'outgoing'), 8 * MINUTE);
    expect(spoken(ended)).toEqual(['outgoing 8/0']);
    expect(asked(ended)).toEqual([
      'down',
      'stop HoldTimer',
      'stop KeepaliveTimer',
      'close outgoing',
      'start ClosingTimer 1000',
    ]);
    expect(changes(ended.conclusions)).toEqual(['Established > Closing SendHoldTimer_Expires']);
    expect(closings(ended.conclusions)).toMatchObject([
      { by: 'local', from: 'Established', because: 'Send Hold Timer Expired: messages were not read' },
    ]);
    // The NOTIFICATION waits behind the rest: what cannot be said is not waited for.
    expect(asked(when(ended.session, expires('ClosingTimer', 'outgoing')))).toEqual([
      'close outgoing',
      'start IdleHoldTimer 1000',
    ]);
  });

  it('and the session ends otherwise, the timer ends with it', () => {
    expect(asked(when(stuck, stopped))).toContain('stop SendHoldTimer');
    expect(asked(when(stuck, lost()))).toContain('stop SendHoldTimer');
  });

  it('and hardly anything went before, the wait before the next dial grows', () => {
    const shaky = { ...stuck, idleHold: 4000 };
    const deafAfter = (ms: number) => when(shaky, expires('SendHoldTimer', 'outgoing'), ms).session.idleHold;
    expect(deafAfter(8 * MINUTE + 8999)).toBe(8000);
    expect(deafAfter(8 * MINUTE + 9000)).toBe(1000);
  });
});

describe('given no session yet, or none any more', () => {
  it('when what we send waits, other timers see to that', () => {
    const { openSent } = begun();
    const openConfirm = after(openSent, said('outgoing', peerOpen()));
    const closing = after(opened().established, stopped);
    for (const session of [openSent, openConfirm, closing])
      for (const input of [stalls, flows]) {
        const answer = when(session, input);
        expect(answer.session).toBe(session);
        expect(answer.effects).toEqual([]);
      }
  });
});
