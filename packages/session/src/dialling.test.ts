import { describeNotification, KEEPALIVE } from '@vipcast/wire';
import { describe, expect, it } from 'vitest';
import { stateOf } from './session.ts';
import {
  after,
  asked,
  begun,
  changes,
  closings,
  confirmed,
  expires,
  lost,
  peerOpen,
  reset,
  said,
  spoken,
  stopped,
  when,
} from './simulation/scenario.ts';

describe('given Idle', () => {
  it('when started, it dials', () => {
    const answer = when(begun().idle, { type: 'ManualStart' });
    expect(asked(answer)).toEqual(['dial', 'start ConnectRetryTimer 5000']);
    expect(changes(answer.conclusions)).toEqual(['Idle > Connect ManualStart']);
  });

  it('when started as a passive peer, it waits and never dials', () => {
    const answer = when(begun({ passive: true }).idle, { type: 'ManualStart' });
    expect(asked(answer)).toEqual([]);
    expect(stateOf(answer.session)).toBe('Active');
  });

  it('when a connection comes in all the same, it refuses', () => {
    const answer = when(begun().idle, confirmed('incoming'));
    expect(asked(answer)).toEqual(['close incoming']);
    expect(answer.conclusions).toEqual([]);
  });

  it('when reset or stopped, nothing', () => {
    for (const happening of [stopped, reset]) {
      const answer = when(begun().idle, happening);
      expect([...answer.effects, ...answer.conclusions]).toEqual([]);
    }
  });
});

describe('given Connect', () => {
  const { connect } = begun();

  it('when the peer refuses, it dials again after a second, then every ConnectRetryTimer', () => {
    const first = when(connect, lost());
    expect(asked(first)).toEqual(['stop ConnectRetryTimer', 'start ConnectRetryTimer 1000']);
    expect(stateOf(first.session)).toBe('Active');
    expect(closings(first.conclusions)).toMatchObject([
      { by: 'network', from: 'Connect', notification: null, because: 'connection refused' },
    ]);
    const again = when(first.session, expires('ConnectRetryTimer'));
    expect(asked(again)).toEqual(['dial', 'start ConnectRetryTimer 5000']);
    expect(asked(when(again.session, lost()))).toContain('start ConnectRetryTimer 5000');
    expect(again.session.idleHold).toBe(0);
  });

  it('jitters by a factor of 0.75 to 1 (RFC 4271 §10)', () => {
    const { idle } = begun();
    expect(asked(when(idle, { type: 'ManualStart' }, 0, 0))).toContain('start ConnectRetryTimer 3750');
  });

  it('when ConnectRetryTimer expires, it gives up and dials again', () => {
    const answer = when(connect, expires('ConnectRetryTimer'));
    expect(asked(answer)).toEqual(['abortDial', 'dial', 'start ConnectRetryTimer 5000']);
    expect(answer.conclusions).toContainEqual(
      expect.objectContaining({ type: 'Closed', by: 'network', because: 'no answer to our call' }),
    );
  });

  it('when stopped, it gives up', () => {
    const answer = when(connect, stopped);
    expect(asked(answer)).toEqual(['stop ConnectRetryTimer', 'abortDial']);
    expect(stateOf(answer.session)).toBe('Idle');
  });

  it('when connected, it sends OPEN', () => {
    const answer = when(connect, confirmed('outgoing'));
    expect(spoken(answer)).toEqual(['outgoing open']);
    expect(asked(answer)).toEqual(['stop ConnectRetryTimer', 'start HoldTimer 240000']);
    expect(changes(answer.conclusions)).toEqual(['Connect > OpenSent TcpConnectionConfirmed']);
  });
});

describe('given Active', () => {
  it('when reset, it dials at once', () => {
    const active = after(begun().connect, lost());
    expect(asked(when(active, reset))).toContain('dial');
  });

  it('when a passive peer is dialled, it sends OPEN', () => {
    const passive = after(begun({ passive: true }).idle, { type: 'ManualStart' });
    expect(spoken(when(passive, confirmed('incoming')))).toEqual(['incoming open']);
  });
});

describe('given OpenSent', () => {
  const { openSent } = begun();

  it('when a good OPEN comes, it answers with KEEPALIVE and counts on the lower hold time', () => {
    const answer = when(openSent, said('outgoing', peerOpen()));
    expect(spoken(answer)).toEqual(['outgoing keepalive']);
    expect(asked(answer)).toEqual(['start KeepaliveTimer 3000', 'start HoldTimer 9000']);
    expect(stateOf(answer.session)).toBe('OpenConfirm');
  });

  it('when the OPEN comes byte by byte, the answer is the same', () => {
    let session = openSent;
    for (const byte of peerOpen()) session = after(session, said('outgoing', Uint8Array.of(byte)));
    expect(session).toEqual(after(openSent, said('outgoing', peerOpen())));
  });

  it('when a bad OPEN comes, it says what is bad and holds off', () => {
    const answer = when(openSent, said('outgoing', peerOpen({ asn: 65009, capabilities: [] })));
    expect(spoken(answer)).toEqual(['outgoing 2/2']);
    expect(asked(answer)).toEqual(['stop HoldTimer', 'close outgoing', 'start ClosingTimer 1000']);
    expect(closings(answer.conclusions)).toMatchObject([
      { by: 'local', from: 'OpenSent', because: 'The peer is in AS 65009, configured is 65001.' },
    ]);
    const closed = when(answer.session, lost('outgoing', 'closed'));
    expect(asked(closed)).toEqual(['stop ClosingTimer', 'start IdleHoldTimer 1000']);
  });

  it('when a hold time of 1 or 2 comes, it refuses', () => {
    const answer = when(openSent, said('outgoing', peerOpen({ holdTime: 2 })));
    expect(spoken(answer)).toEqual(['outgoing 2/6']);
  });

  it('when anything but OPEN comes, that is an FSM error with the type of the message', () => {
    const answer = when(openSent, said('outgoing', KEEPALIVE));
    expect(spoken(answer)).toEqual(['outgoing 5/1']);
    const [closed] = closings(answer.conclusions);
    expect(describeNotification(closed!.notification!).detail).toBe('message type 4');
  });

  it('when no OPEN comes, the hold timer expires', () => {
    expect(spoken(when(openSent, expires('HoldTimer', 'outgoing')))).toEqual(['outgoing 4/0']);
  });

  it('when the peer sends garbage, it says so and hears no more', () => {
    const garbage = new Uint8Array(40).fill(0x47);
    const answer = when(openSent, said('outgoing', garbage));
    expect(spoken(answer)).toEqual(['outgoing 1/1']);
    const more = when(answer.session, said('outgoing', peerOpen()));
    expect(more.effects).toEqual([]);
  });

  it('when the peer hangs up, it holds off 1 s, then twice as long each time up to 60 s', () => {
    let session = openSent;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      const answer = when(session, lost());
      waits.push(answer.effects.flatMap((each) => (each.type === 'startTimer' ? [each.ms] : []))[0]!);
      session = after(answer.session, expires('IdleHoldTimer'), confirmed('outgoing'));
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('when the peer hangs up and dials itself, it is welcome', () => {
    const held = after(openSent, lost());
    expect(spoken(when(held, confirmed('incoming')))).toEqual(['incoming open']);
  });
});
