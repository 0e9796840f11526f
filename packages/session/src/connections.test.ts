import { KEEPALIVE } from '@vipcast/wire';
import { describe, expect, it } from 'vitest';
import { stateOf } from './session.ts';
import {
  after,
  asked,
  begun,
  confirmed,
  lost,
  peerOpen,
  reset,
  said,
  spoken,
  stopped,
  when,
} from './simulation/scenario.ts';

describe('given a connection, and a newer one of the same direction', () => {
  const passive = after(begun({ passive: true }).idle, { type: 'ManualStart' }, confirmed('incoming'));

  it('in OpenSent the newer one takes over', () => {
    const answer = when(passive, confirmed('incoming'));
    expect(spoken(answer)).toEqual(['incoming open']);
    expect(asked(answer)).not.toContain('close incoming');
    expect(stateOf(answer.session)).toBe('OpenSent');
  });

  it('in OpenConfirm and Established the older one stays', () => {
    let session = passive;
    for (const message of [peerOpen(), KEEPALIVE]) {
      session = after(session, said('incoming', message));
      const answer = when(session, confirmed('incoming'));
      expect(answer.effects).toEqual([{ type: 'close', connection: 'incoming' }]);
      expect(answer.session).toEqual(session);
    }
  });

  it('in Closing the newer one takes over, unless the session was stopped', () => {
    const welcome = after(passive, reset);
    expect(spoken(when(welcome, confirmed('incoming')))).toEqual(['incoming open']);
    const unwelcome = after(passive, stopped);
    expect(asked(when(unwelcome, confirmed('incoming')))).toEqual(['stop ClosingTimer', 'close incoming']);
  });
});

describe('given two connections', () => {
  const two = after(begun().openSent, confirmed('incoming'));

  it('the one dialled by the higher identifier stays (RFC 4271 §6.8)', () => {
    const answer = when(two, said('incoming', peerOpen()));
    expect(spoken(answer)).toEqual(['incoming 6/7']);
    expect(stateOf(answer.session)).toBe('OpenSent');
    const higher = peerOpen({ routerId: { version: 4, w0: 0xc0000201 | 0, w1: 0, w2: 0, w3: 0 } });
    expect(spoken(when(two, said('incoming', higher)))).toEqual(['outgoing 6/7', 'incoming keepalive']);
  });

  it('one that the peer may have given up is not waited for', () => {
    const higher = peerOpen({ routerId: { version: 4, w0: 0x0a000008, w1: 0, w2: 0, w3: 0 } });
    const both = after(two, said('outgoing', higher));
    expect([both.outgoing.state, both.incoming.state]).toEqual(['OpenConfirm', 'OpenSent']);
    expect(spoken(when(both, said('incoming', higher)))).toEqual(['outgoing 6/7', 'incoming keepalive']);
  });

  it('once one is Established, the other is told so', () => {
    const higher = peerOpen({ routerId: { version: 4, w0: 0x0a000008, w1: 0, w2: 0, w3: 0 } });
    const answer = when(two, said('outgoing', higher, KEEPALIVE));
    expect(spoken(answer)).toEqual(['outgoing keepalive', 'incoming 6/7']);
    expect([answer.session.outgoing.state, answer.session.incoming.state]).toEqual([
      'Established',
      'Closing',
    ]);
  });

  it('a dial under way is given up when the incoming one is in OpenConfirm', () => {
    const dialling = after(begun().connect, confirmed('incoming'));
    const answer = when(dialling, said('incoming', peerOpen()));
    expect(asked(answer)).toContain('abortDial');
    expect(answer.session.outgoing.state).toBe('Idle');
    expect(asked(when(answer.session, lost('incoming')))).toEqual(
      expect.arrayContaining(['start IdleHoldTimer 1000']),
    );
  });
});
