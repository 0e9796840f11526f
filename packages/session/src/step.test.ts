import { formatAddress } from '@vipcast/net';
import { encodeNotification, KEEPALIVE, shutdownData } from '@vipcast/wire';
import { describe, expect, it } from 'vitest';
import { createSession, stateOf } from './session.ts';
import {
  after,
  asked,
  begun,
  changes,
  closings,
  confirmed,
  encode,
  expires,
  lost,
  opened,
  peerOpen,
  reset,
  SETTINGS,
  said,
  spoken,
  stopped,
  when,
} from './simulation/scenario.ts';

describe('given OpenConfirm', () => {
  const { openConfirm } = opened();

  it('when KEEPALIVE comes, it is Established', () => {
    const answer = when(openConfirm, said('outgoing', KEEPALIVE));
    expect(asked(answer)).toEqual(['start HoldTimer 9000', 'established']);
    expect(changes(answer.conclusions)).toEqual(['OpenConfirm > Established KeepAliveMsg']);
    const [established] = answer.conclusions.filter((each) => each.type === 'Established');
    expect(established).toMatchObject({
      connection: 'outgoing',
      negotiated: {
        localASN: 65000,
        peerASN: 65001,
        holdTime: 9,
        keepaliveTime: 3,
        families: ['ipv4-unicast', 'ipv6-unicast'],
        fourOctetAs: true,
        routeRefresh: true,
        enhancedRouteRefresh: true,
        extendedMessage: true,
        extendedNextHop: ['ipv4-unicast'],
        peerHostName: 'tor1',
      },
    });
    expect(established?.negotiated.peerRouterId && formatAddress(established.negotiated.peerRouterId)).toBe(
      '10.0.0.1',
    );
  });

  it('when OPEN and KEEPALIVE come in one piece, both count', () => {
    const answer = when(begun().openSent, said('outgoing', peerOpen(), KEEPALIVE));
    expect(changes(answer.conclusions)).toEqual([
      'OpenSent > OpenConfirm BGPOpen',
      'OpenConfirm > Established KeepAliveMsg',
    ]);
  });

  it('when a second OPEN comes, that is an FSM error', () => {
    expect(spoken(when(openConfirm, said('outgoing', peerOpen())))).toEqual(['outgoing 5/2']);
  });

  it('when KeepaliveTimer expires, it sends KEEPALIVE and starts it again', () => {
    const answer = when(openConfirm, expires('KeepaliveTimer', 'outgoing'), 0, 0);
    expect(spoken(answer)).toEqual(['outgoing keepalive']);
    expect(asked(answer)).toEqual(['start KeepaliveTimer 2250']);
  });
});

describe('given Established', () => {
  const { established } = opened();

  it('when KEEPALIVEs come, they only push the hold timer, once for all', () => {
    const answer = when(established, said('outgoing', KEEPALIVE, KEEPALIVE, KEEPALIVE));
    expect(asked(answer)).toEqual(['start HoldTimer 9000']);
    expect(answer.session).toBe(established);
    expect(answer.conclusions).toEqual([]);
  });

  it('when nothing comes, the session ends with 4/0 and is retried at once but not too fast', () => {
    const answer = when(established, expires('HoldTimer', 'outgoing'), 100_000);
    expect(asked(answer)).toEqual([
      'down',
      'stop KeepaliveTimer',
      'close outgoing',
      'start ClosingTimer 1000',
    ]);
    expect(spoken(answer)).toEqual(['outgoing 4/0']);
    expect(changes(answer.conclusions)[0]).toBe('Established > Closing HoldTimer_Expires');
    expect(asked(when(answer.session, expires('ClosingTimer', 'outgoing')))).toEqual([
      'close outgoing',
      'start IdleHoldTimer 1000',
    ]);
  });

  it('when it ends after less than its hold time, the wait before the next dial grows', () => {
    const shaky = { ...established, idleHold: 4000 };
    expect(asked(when(shaky, lost(), 8999))).toContain('start IdleHoldTimer 8000');
    expect(asked(when(shaky, lost(), 9000))).toContain('start IdleHoldTimer 1000');
  });

  it('when its hold timer expires though the peer has hardly been heard, the wait grows too', () => {
    const shaky = { ...established, idleHold: 4000 };
    const silentFor = (ms: number) => when(shaky, expires('HoldTimer', 'outgoing'), ms).session.idleHold;
    expect(silentFor(17_999)).toBe(8000);
    expect(silentFor(18_000)).toBe(1000);
  });

  it('when stopped, it tells why and stays Idle', () => {
    const answer = when(established, stopped);
    expect(answer.effects).toContainEqual({
      type: 'send',
      connection: 'outgoing',
      bytes: encodeNotification(6, 2, shutdownData('maintenance until noon')),
    });
    const idle = when(answer.session, lost());
    expect(stateOf(idle.session)).toBe('Idle');
    expect(asked(idle)).toEqual(['stop ClosingTimer']);
  });

  it('when the peer is de-configured, the Cease carries no text (RFC 9003 §2)', () => {
    const answer = when(established, { type: 'ManualStop', subcode: 3, text: 'gone' });
    expect(answer.effects).toContainEqual({
      type: 'send',
      connection: 'outgoing',
      bytes: encodeNotification(6, 3),
    });
  });

  it('when reset, it starts again as soon as the connection is closed', () => {
    const answer = when(established, reset);
    expect(spoken(answer)).toEqual(['outgoing 6/4']);
    expect(asked(when(answer.session, lost()))).toEqual([
      'stop ClosingTimer',
      'dial',
      'start ConnectRetryTimer 5000',
    ]);
  });

  it('when the peer says NOTIFICATION, it does not answer, and hears no more', () => {
    const goodbye = encodeNotification(6, 2, shutdownData('reboot'));
    const answer = when(established, said('outgoing', goodbye, KEEPALIVE, peerOpen()));
    expect(spoken(answer)).toEqual([]);
    expect(asked(answer)).toEqual([
      'down',
      'stop HoldTimer',
      'stop KeepaliveTimer',
      'close outgoing',
      'start ClosingTimer 1000',
    ]);
    expect(closings(answer.conclusions)).toMatchObject([
      { by: 'remote', from: 'Established', because: 'Cease/Administrative Shutdown: reboot' },
    ]);
  });

  it('when a message follows that makes no sense, what came before still counts', () => {
    const answer = when(established, said('outgoing', KEEPALIVE, new Uint8Array(19)));
    expect(spoken(answer)).toEqual(['outgoing 1/1']);
  });

  it('when an UPDATE comes, it counts prefixes and pushes the hold timer', () => {
    const update = encode({
      type: 'update',
      withdrawn: [],
      attributes: [
        { kind: 'origin', origin: 'igp' },
        { kind: 'as-path', segments: [{ kind: 'sequence', asns: [65001] }] },
        { kind: 'next-hop', address: { version: 4, w0: 0x0a000001, w1: 0, w2: 0, w3: 0 } },
      ],
      announced: [{ version: 4, w0: 0x0a010000, w1: 0, w2: 0, w3: 0, length: 16 }],
      errors: [],
    });
    const answer = when(established, said('outgoing', update));
    expect(answer.effects).toEqual([
      {
        type: 'received',
        counts: new Map([
          ['ipv4-unicast', 1],
          ['ipv6-unicast', 0],
        ]),
      },
      { type: 'startTimer', timer: 'HoldTimer', connection: 'outgoing', ms: 9000 },
    ]);
    expect(asked(when(answer.session, said('outgoing', update)))).toEqual(['start HoldTimer 9000']);
  });

  it('when an UPDATE is beyond repair, the session ends', () => {
    const update = new Uint8Array(25).fill(0xff, 0, 16);
    update.set([0, 25, 2, 0, 9, 0, 0, 0, 0], 16);
    expect(spoken(when(established, said('outgoing', update)))).toEqual(['outgoing 3/1']);
  });

  it.each([
    ['a negotiated family', 2, 1, 0, ['refresh']],
    ['a family nobody knows', 25, 70, 0, []],
    ['the beginning of an enhanced refresh', 1, 1, 1, []],
  ])('when ROUTE-REFRESH comes for %s', (_, afi, safi, subtype, expected) => {
    const refresh = encode({ type: 'route-refresh', afi, safi, subtype });
    expect(asked(when(established, said('outgoing', refresh)))).toEqual(expected);
  });

  it('when the peer dials, it is refused, and the session stays', () => {
    const answer = when(established, confirmed('incoming'));
    expect(asked(answer)).toEqual(['close incoming']);
    expect(stateOf(answer.session)).toBe('Established');
  });

  it('when settings change, nothing happens before they are needed', () => {
    const settings = { ...SETTINGS, connectRetryTime: 60_000 };
    const answer = when(established, { type: 'SettingsChanged', settings });
    expect(answer.effects).toEqual([]);
    const again = after(answer.session, reset, lost(), lost(), expires('ConnectRetryTimer'));
    expect(asked(when(again, lost()))).toContain('start ConnectRetryTimer 60000');
  });
});

describe('given a peer that waits to be dialled', () => {
  it('when it is no longer passive, we dial', () => {
    const waiting = when(createSession({ ...SETTINGS, passive: true }), { type: 'ManualStart' }).session;
    expect(asked(when(waiting, { type: 'SettingsChanged', settings: SETTINGS }))).toContain('dial');
  });
});

describe('given a hold time of 0 on one side', () => {
  it('neither timer runs', () => {
    const answer = when(begun().openSent, said('outgoing', peerOpen({ holdTime: 0 })));
    expect(asked(answer)).toEqual(['stop HoldTimer']);
    const established = when(answer.session, said('outgoing', KEEPALIVE));
    expect(asked(established)).toEqual(['established']);
    expect(when(established.session, said('outgoing', KEEPALIVE)).effects).toEqual([]);
  });
});
