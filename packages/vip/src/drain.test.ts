import { describe, expect, it } from 'vitest';
import { emptyState, type Input, step } from './index.ts';
import {
  announce,
  checked,
  config,
  down,
  effects,
  notBound,
  onLo,
  start,
  told,
  up,
  web,
  withdraw,
} from './scenario.ts';

const drain: Input = { type: 'OperatorDrain', by: 'alice' };
const undrain: Input = { type: 'OperatorUndrain', by: 'alice' };
const timeIsOver: Input = { type: 'TimerExpired', timer: 'drain' };
const taint = 'Node n7 has the taint vipcast.io/drain';
const tainted: Input = { type: 'NodeTold', drain: taint };
const untainted: Input = { type: 'NodeTold', drain: null };
const wishes = [{ source: 'operator' as const, because: 'alice drained the node' }];

describe('draining', () => {
  it('first makes all less preferred, and some time later withdraws', () => {
    const state = start(config(web), announce('192.0.2.99'));
    expect(told(state, drain)).toEqual([
      'DrainStarted: alice drained the node',
      'Advertised web draining',
      'Advertised 192.0.2.99 draining',
    ]);
    expect(step(state, drain).effects).toEqual([{ type: 'startTimer', timer: 'drain', ms: 10_000 }]);
    const draining = step(state, drain).state;
    expect(told(draining, timeIsOver)).toEqual([
      'Withdrawn web drained',
      'Withdrawn 192.0.2.99 drained',
      'Drained: alice drained the node',
    ]);
    const drained = step(draining, timeIsOver).state;
    expect(told(drained, undrain)).toEqual([
      'Undrained: alice undrained the node',
      'Advertised web configured',
      'Advertised 192.0.2.99 operator-announced',
    ]);
    expect(effects(drained, undrain)).toEqual([]);
  });

  it('takes the time that the configuration gives', () => {
    const quick: Input = { type: 'ConfigApplied', vips: [web], drainTime: 2000 };
    expect(step(start(quick), drain).effects).toEqual([{ type: 'startTimer', timer: 'drain', ms: 2000 }]);
    expect(step(start(quick, config(web)), drain).effects).toMatchObject([{ ms: 2000 }]);
    expect(step(start(config(web), drain), quick).effects).toMatchObject([{ type: 'startTimer', ms: 2000 }]);
    expect(step(start(config(web), drain, quick), quick).effects).toEqual([]);
  });

  it('has nothing to wait for where nothing is advertised', () => {
    expect(told(emptyState(), drain)).toEqual(['Drained: alice drained the node']);
    expect(effects(emptyState(), drain)).toEqual([]);
  });

  it('lets nothing new begin', () => {
    const state = start(config(web), drain);
    expect(told(state, announce('192.0.2.99'))).toEqual(['Withheld 192.0.2.99 drained']);
    expect(told(state, config(web, { ...web, name: 'shop', addresses: ['192.0.2.11'] }))).toEqual([
      'Withheld shop drained',
    ]);
    const drained = step(state, timeIsOver).state;
    expect(told(drained, announce('192.0.2.99'))).toEqual(['Withheld 192.0.2.99 drained']);
  });

  it('gives up what cannot be bound', () => {
    const apart = [config(web), config({ ...onLo, addresses: ['192.0.2.10'] })];
    const state = start(...apart, drain);
    const failed = notBound('192.0.2.10');
    expect(told(state, failed)).toEqual(['Withdrawn web bind-failed', 'Withheld web drained']);
    expect(effects(state, failed)).toEqual(['unbind 192.0.2.10%lo']);
    expect(told(step(state, failed).state, apart[1]!)).toEqual([]);
  });

  it('withdraws at once what fails meanwhile, and does not take it back', () => {
    const state = start(config(checked), up(), up(), drain, down(), down());
    expect(told(state, down())).toEqual(['Withdrawn web unhealthy']);
    const failed = step(state, down()).state;
    expect(told(start(), up())).toEqual([]);
    expect(told(step(failed, up()).state, up())).toEqual(['Withheld web drained']);
    expect(told(step(step(failed, up()).state, up()).state, undrain).at(-1)).toBe('Advertised web healthy');
  });

  it('twice is harmless, and answered', () => {
    const state = start(config(web), drain);
    expect(told(state, drain)).toEqual(['DrainStarted: draining already: alice drained the node']);
    expect(effects(state, drain)).toEqual([]);
    expect(told(step(state, timeIsOver).state, drain)).toEqual([
      'Drained: drained already: alice drained the node',
    ]);
    expect(told(step(state, timeIsOver).state, timeIsOver)).toEqual([]);
  });

  it('is taken back in the middle', () => {
    const state = start(config(web), drain);
    expect(told(state, undrain)).toEqual([
      'Undrained: alice undrained the node',
      'Advertised web configured',
    ]);
    expect(effects(state, undrain)).toEqual(['stopTimer drain']);
    expect(told(step(state, undrain).state, timeIsOver)).toEqual([]);
  });

  it('that nobody wished for is taken back without ado', () => {
    expect(told(start(config(web)), undrain)).toEqual(['Undrained: the node was not drained']);
  });

  it('leaves the operator’s word on a VIP as it is', () => {
    const state = start(config(web), withdraw('192.0.2.10'), drain, timeIsOver);
    expect(told(state, undrain)).toEqual(['Undrained: alice undrained the node']);
    expect(told(start(config(web), drain), withdraw('192.0.2.10'))).toEqual([
      'Withdrawn web operator-withdrew',
    ]);
    expect(told(start(config(web), drain, timeIsOver), withdraw('192.0.2.10'))).toEqual([
      'Withheld web operator-withdrew',
    ]);
  });
});

describe('a taint', () => {
  it('drains until it is gone, and is news once', () => {
    const state = start(config(web));
    expect(told(state, untainted)).toEqual([]);
    expect(told(state, tainted)).toEqual([`DrainStarted: ${taint}`, 'Advertised web draining']);
    const drained = step(step(state, tainted).state, timeIsOver).state;
    expect(told(drained, tainted)).toEqual([]);
    expect(told(drained, untainted)).toEqual([`Undrained: no longer: ${taint}`, 'Advertised web configured']);
  });

  it('and an operator’s word each stand until they are taken back', () => {
    const both = start(config(web), tainted, timeIsOver, drain);
    expect(told(both, undrain)).toEqual([`Drained: still drained: ${taint}`]);
    expect(told(both, untainted)).toEqual(['Drained: still drained: alice drained the node']);
    expect(told(step(both, untainted).state, undrain).at(-1)).toBe('Advertised web configured');
    expect(told(step(both, undrain).state, untainted).at(-1)).toBe('Advertised web configured');
  });
});

describe('a restart', () => {
  const restored = (phase: 'draining' | 'drained'): Input => ({
    type: 'Restored',
    vips: [
      {
        name: 'web',
        addresses: web.addresses,
        source: 'static',
        because: 'alice drained the node',
        ...(phase === 'draining'
          ? { advertised: true, reason: 'draining' }
          : { advertised: false, reason: 'drained' }),
      },
    ],
    drain: { phase, wishes },
  });

  it('while the node drains gives it its time again', () => {
    expect(effects(emptyState(), restored('draining'))).toEqual(['startTimer drain']);
    const state = start(restored('draining'));
    expect(told(state, config(web))).toEqual([]);
    expect(told(step(state, config(web)).state, timeIsOver)).toEqual([
      'Withdrawn web drained',
      'Drained: alice drained the node',
    ]);
  });

  it('leaves a drained node drained', () => {
    const state = start(restored('drained'));
    expect(told(state, config(web))).toEqual([]);
    expect(told(step(state, config(web)).state, undrain)).toEqual([
      'Undrained: alice undrained the node',
      'Advertised web configured',
    ]);
  });

  it('keeps an operator’s VIP that the drain hides', () => {
    const state = start({
      type: 'Restored',
      vips: [
        {
          name: '192.0.2.99',
          addresses: ['192.0.2.99'],
          source: 'operator',
          advertised: false,
          reason: 'drained',
          because: 'alice drained the node',
        },
      ],
      drain: { phase: 'drained', wishes },
    });
    expect(told(state, undrain).at(-1)).toBe('Advertised 192.0.2.99 operator-announced');
  });

  it('stops the timer when the daemon stops', () => {
    expect(effects(start(config(web), drain), { type: 'Stop' })).toEqual(['stopTimer drain']);
  });
});
