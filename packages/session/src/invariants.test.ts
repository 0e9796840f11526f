import { encodeNotification, KEEPALIVE } from '@vipcast/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSession, type Session } from './session.ts';
import { begun, confirmed, encode, type Happening, peerOpen, SETTINGS } from './simulation/scenario.ts';
import { step } from './step.ts';
import type { Connection, Effect, Input, Timer } from './types.ts';

const connection = fc.constantFrom<Connection>('outgoing', 'incoming');
const update = encode({ type: 'update', withdrawn: [], attributes: [], announced: [], errors: [] });
const refresh = encode({ type: 'route-refresh', afi: 1, safi: 1, subtype: 0 });
const higher = peerOpen({ routerId: { version: 4, w0: -1, w1: 0, w2: 0, w3: 0 } });

const message = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(peerOpen(), higher, KEEPALIVE) },
  { weight: 2, arbitrary: fc.constantFrom(update, refresh, peerOpen({ holdTime: 0 })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      peerOpen({ capabilities: [] }),
      peerOpen({ asn: 3 }),
      encodeNotification(6, 7),
    ),
  },
);
const bytes = fc.oneof(
  { weight: 6, arbitrary: message },
  { weight: 1, arbitrary: fc.tuple(message, message).map(([a, b]) => Uint8Array.of(...a, ...b)) },
  { weight: 1, arbitrary: fc.tuple(message, fc.nat(40)).map(([a, n]) => a.slice(0, n)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(message, fc.nat(60), fc.nat(255)).map(([a, n, byte]) => a.with(n % a.length, byte)),
  },
);
const timer = fc.constantFrom<Timer>(
  'ConnectRetryTimer',
  'HoldTimer',
  'KeepaliveTimer',
  'SendHoldTimer',
  'IdleHoldTimer',
  'ClosingTimer',
);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ type: 'ManualStart' } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('ManualStop' as const),
      subcode: fc.constantFrom(2, 3, 6),
      text: fc.constantFrom('', 'bye'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('ManualReset' as const), text: fc.string() }) },
  { weight: 8, arbitrary: connection.map(confirmed) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('TcpConnectionFails' as const),
      connection,
      because: fc.constant('reset'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('SendStalls' as const, 'SendFlows' as const), connection }),
  },
  { weight: 16, arbitrary: fc.record({ type: fc.constant('BytesReceived' as const), connection, bytes }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('TimerExpires' as const),
      timer,
      connection: fc.option(connection),
    }),
  },
);
const input = fc
  .tuple(happening, fc.nat(20_000), fc.double({ min: 0, max: 0.999, noNaN: true }))
  .map(([what, delay, random]) => ({ what, delay, random }));
const inputs = fc.array(input, { maxLength: 120, size: 'max' });
const settings = fc.record({
  passive: fc.boolean(),
  holdTime: fc.constantFrom(0, 9, 90),
  connectRetryTime: fc.constantFrom(500, 5000),
});

/** What a shell would have running, by following effects alone. */
interface Shell {
  readonly timers: Set<string>;
  dialling: boolean;
  up: Connection | null;
}

const obey = (shell: Shell, effect: Effect): void => {
  switch (effect.type) {
    case 'dial':
      expect(shell.dialling).toBe(false);
      shell.dialling = true;
      break;
    case 'abortDial':
      shell.dialling = false;
      break;
    case 'startTimer':
      expect(effect.ms).toBeGreaterThan(0);
      shell.timers.add(`${effect.timer}/${effect.connection ?? ''}`);
      break;
    case 'stopTimer':
      expect(shell.timers.delete(`${effect.timer}/${effect.connection ?? ''}`)).toBe(true);
      break;
    case 'established':
      expect(shell.up).toBeNull();
      shell.up = effect.connection;
      break;
    case 'down':
      expect(shell.up).not.toBeNull();
      shell.up = null;
      break;
    default:
      break;
  }
};

const noteInput = (shell: Shell, what: Happening): void => {
  if (what.type === 'TimerExpires') shell.timers.delete(`${what.timer}/${what.connection ?? ''}`);
  if (what.type !== 'TcpConnectionConfirmed' && what.type !== 'TcpConnectionFails') return;
  if (what.connection === 'outgoing') shell.dialling = false;
};

/** A timer that belongs to no connection is named so. */
const named = (what: Happening): Happening =>
  what.type === 'TimerExpires' && /^(ConnectRetry|IdleHold)/.test(what.timer)
    ? { ...what, connection: null }
    : what;

const TIMERS_OF: Readonly<Record<string, readonly Timer[]>> = {
  Idle: ['IdleHoldTimer'],
  Connect: ['ConnectRetryTimer'],
  Active: ['ConnectRetryTimer'],
  OpenSent: ['HoldTimer'],
  OpenConfirm: ['HoldTimer', 'KeepaliveTimer'],
  Established: ['HoldTimer', 'KeepaliveTimer', 'SendHoldTimer'],
  Closing: ['ClosingTimer'],
};

const check = (session: Session, shell: Shell): void => {
  const running: string[] = [];
  for (const each of ['outgoing', 'incoming'] as const) {
    const run = session[each];
    for (const name of run.timers) {
      expect(TIMERS_OF[run.state]).toContain(name);
      running.push(`${name}/${/^(ConnectRetry|IdleHold)/.test(name) ? '' : each}`);
    }
    expect(run.state === 'Established').toBe(shell.up === each);
    if (!session.started) expect(['Idle', 'Closing']).toContain(run.state);
  }
  expect([...shell.timers].sort()).toEqual(running.sort());
  expect(session.outgoing.state === 'Connect').toBe(shell.dialling);
  if (!session.started) for (const name of shell.timers) expect(name).toMatch(/^ClosingTimer/);
};

describe('in any order of inputs', () => {
  it('nothing throws, and the shell is left with exactly what the session knows of', () => {
    const visited = new Set<string>();
    fc.assert(
      fc.property(settings, inputs, (change, list) => {
        let session = createSession({ ...SETTINGS, ...change });
        const shell: Shell = { timers: new Set(), dialling: false, up: null };
        let at = 0;
        for (const { what, delay, random } of list) {
          at += delay;
          const known = named(what);
          noteInput(shell, known);
          const answer = step(session, { ...known, at, random } as Input);
          session = answer.session;
          for (const effect of answer.effects) obey(shell, effect);
          check(session, shell);
          visited.add(`outgoing ${session.outgoing.state}`).add(`incoming ${session.incoming.state}`);
        }
      }),
      { numRuns: 300 },
    );
    // Seven states, but the incoming connection never dials.
    expect(visited.size).toBe(13);
  });

  it('the same inputs give the same answers, and leave the session before untouched', () => {
    fc.assert(
      fc.property(inputs, (list) => {
        let session = begun().openSent;
        for (const { what, delay, random } of list) {
          const before = structuredClone(session);
          const each = { ...what, at: delay, random } as Input;
          const answer = step(session, each);
          expect(session).toEqual(before);
          expect(step(session, each)).toEqual(answer);
          session = answer.session;
        }
      }),
      { numRuns: 30 },
    );
  });

  it('what StateChanged tells is one unbroken line', () => {
    fc.assert(
      fc.property(inputs, (list) => {
        let session = createSession(SETTINGS);
        let state = 'Idle';
        for (const { what, delay, random } of list) {
          const answer = step(session, { ...what, at: delay, random } as Input);
          for (const each of answer.conclusions) {
            if (each.type !== 'StateChanged') continue;
            expect(each.from).toBe(state);
            expect(each.to).not.toBe(state);
            state = each.to;
          }
          session = answer.session;
        }
      }),
    );
  });
});
