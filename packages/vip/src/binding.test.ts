import { describe, expect, it } from 'vitest';
import { emptyState, step } from './index.ts';
import {
  addresses,
  advertisedBefore,
  bound,
  check,
  config,
  effects,
  notBound,
  onLo,
  start,
  stop,
  told,
  up,
  withdraw,
} from './scenario.ts';

describe('binding', () => {
  const [v4, v6] = ['192.0.2.10', '2001:db8::10'];

  it('comes before advertising and goes after withdrawing', () => {
    expect(effects(emptyState(), config(onLo))).toEqual([`bind ${v4}%lo`, `bind ${v6}%lo`]);
    expect(told(emptyState(), config(onLo))).toEqual([]);
    expect(told(start(config(onLo)), bound(v4))).toEqual([]);
    expect(told(start(config(onLo), bound(v4)), bound(v6))).toEqual(['Advertised web configured']);
    const state = start(config(onLo), bound(v4), bound(v6));
    expect(effects(state, withdraw(v4))).toEqual([`unbind ${v4}%lo`, `unbind ${v6}%lo`]);
    expect(told(state, withdraw(v4))).toEqual(['Withdrawn web operator-withdrew']);
  });

  it('waits for health', () => {
    const healthy = { ...onLo, healthCheck: check };
    expect(effects(start(config(healthy)), up())).toEqual([]);
    expect(effects(start(config(healthy), up()), up())).toEqual([`bind ${v4}%lo`, `bind ${v6}%lo`]);
  });

  it('that fails withholds, and what can be bound goes out alone', () => {
    const one = { ...onLo, addresses: [v4] };
    const [conclusion] = step(start(config(one)), notBound(v4)).conclusions;
    expect(conclusion).toMatchObject({
      type: 'Withheld',
      reason: 'bind-failed',
      because: `cannot put ${v4} on lo: no such interface`,
    });
    expect(told(start(config(one), notBound(v4)), notBound(v4))).toEqual([]);
    expect(told(start(config(one), notBound(v4)), bound(v4))).toEqual(['Advertised web configured']);
    const half = start(config(onLo), bound(v4));
    expect(addresses(half, notBound(v6))).toEqual([[v4]]);
    expect(addresses(step(half, notBound(v6)).state, bound(v6))).toEqual([[v4, v6]]);
  });

  it('that fails after a restart withdraws', () => {
    const state = start(advertisedBefore, config({ ...onLo, addresses: [v4] }));
    expect(told(state, notBound(v4))).toEqual(['Withdrawn web bind-failed']);
    expect(told(state, bound(v4))).toEqual(['Advertised web configured']);
  });

  it('of a new address leaves the others advertised and bound', () => {
    const state = start(config(onLo), bound(v4), bound(v6));
    const next = config({ ...onLo, addresses: [v6, '192.0.2.11'] });
    expect(effects(state, next)).toEqual(['bind 192.0.2.11%lo']);
    expect(told(state, next)).toEqual([]);
    const after = step(state, next).state;
    expect(told(after, bound('192.0.2.11'))).toEqual(['Advertised web configured']);
    expect(effects(after, bound('192.0.2.11'))).toEqual([`unbind ${v4}%lo`]);
  });

  it('moves to another interface without a withdrawal', () => {
    const state = start(config({ ...onLo, addresses: [v4] }), bound(v4));
    const next = config({ ...onLo, addresses: [v4], bind: 'dummy0' });
    expect(effects(state, next)).toEqual([`bind ${v4}%dummy0`]);
    expect(effects(step(state, next).state, bound(v4, 'dummy0'))).toEqual([`unbind ${v4}%lo`]);
    expect(told(step(state, next).state, bound(v4, 'dummy0'))).toEqual([]);
  });

  it('stays where it is when the address moves to another VIP', () => {
    const state = start(config(onLo), bound(v4), bound(v6));
    const renamed = config({ ...onLo, name: 'shop' });
    expect(effects(state, renamed)).toEqual([]);
    expect(told(state, renamed)).toEqual(['Advertised shop configured', 'Withdrawn web removed-from-config']);
  });

  it('ends on stop, and nothing is withdrawn', () => {
    const state = start(config({ ...onLo, healthCheck: check }), up(), up(), bound(v4), bound(v6));
    expect(effects(state, stop)).toEqual(['stopProbe web', `unbind ${v4}%lo`, `unbind ${v6}%lo`]);
    expect(told(state, stop)).toEqual([]);
    expect(step(step(state, stop).state, up())).toMatchObject({ effects: [], conclusions: [] });
  });
});
