import { describe, expect, it } from 'vitest';
import { allWell, config, service, started, tor1, up } from './example.ts';
import { answer, fact, type Given } from './given.ts';
import { historyOf } from './history.ts';
import { status } from './status.ts';
import { vips } from './vips.ts';
import { why } from './why.ts';

const scope = { now: 100_000 };
const served = [started(), config([tor1]), service('vip.Advertised', 'endpoints'), up()];
const conflict = {
  leftOut: [{ address: '192.0.2.11', reason: 'address-conflict', because: '192.0.2.11 belongs to web' }],
};

describe('the VIP of a Service', () => {
  it('says what it comes from, and what is left out', () => {
    expect(answer(vips, served, scope)).toMatchObject([
      {
        vip: 'default/web',
        object: 'Service default/web',
        advertisements: ['all'],
        leftOut: [{ address: '2001:db8:1::10', reason: 'no-endpoints-of-family' }],
        because: 'so it is; 2001:db8:1::10 is left out: no endpoint of it can serve IPv6',
      },
    ]);
  });

  it('that is deleted is in no list, and in its history', () => {
    const gone = [...served, service('vip.Withdrawn', 'deleted', { leftOut: [] })];
    expect(answer(vips, gone, scope)).toEqual([]);
    expect(answer(status, gone, scope)[0]?.vips).toEqual({ advertised: 0, withheld: 0, withdrawn: 0 });
    expect(answer(why, gone, { ...scope, target: 'default/web' })[0]?.steps.at(-1)?.text).toBe(
      'withdrawn, deleted: so it is',
    );
    expect(answer(historyOf('default/web'), gone, scope)).toHaveLength(2);
  });
});

describe('why an address is left out', () => {
  const ask = (target: string) => answer(why, served, { ...scope, target });

  it('is asked by the address', () => {
    expect(ask('2001:db8:1::10')).toMatchObject([
      { peer: null, announced: false, prefixes: ['2001:db8:1::10/128'] },
    ]);
    expect(ask('2001:db8:1::10')[0]?.steps.at(-1)).toMatchObject({
      verdict: 'stops',
      what: 'address 2001:db8:1::10',
      text: 'left out, no-endpoints-of-family: no endpoint of it can serve IPv6',
    });
    expect(ask('192.0.2.10').map(({ peer }) => peer)).toEqual(['tor1']);
  });

  it('is told with the others when the VIP is asked for', () => {
    expect(ask('default/web').map(({ peer, prefixes }) => [peer, ...prefixes])).toEqual([
      ['tor1', '192.0.2.10/32'],
      [null, '2001:db8:1::10/128'],
    ]);
  });

  it('is in the history of the address', () => {
    expect(answer(historyOf('2001:db8:1::10'), served, scope)).toHaveLength(1);
  });
});

describe('status', () => {
  const ask = (...given: Given[]) => answer(status, [...allWell, ...given], scope)[0]!;

  it('notes an address that is left out, which is all right', () => {
    expect(ask(service('vip.Advertised', 'endpoints'))).toMatchObject({
      healthy: true,
      notes: ['default/web is without 2001:db8:1::10: no endpoint of it can serve IPv6'],
    });
  });

  it('notes what is not advertised, by its reason, which is all right', () => {
    const without = (reason: string, count: number) =>
      Array.from({ length: count }, (_, i) =>
        service('vip.Withheld', reason, { vip: `default/${reason}-${i}`, leftOut: [] }),
      );
    expect(ask(...without('no-endpoints', 1), ...without('drained', 7))).toMatchObject({
      healthy: true,
      notes: [
        'not advertised, no-endpoints: default/no-endpoints-0',
        'not advertised, drained: default/drained-0, default/drained-1, default/drained-2, default/drained-3, default/drained-4 and 2 more',
      ],
    });
  });

  it('is not healthy with a conflict', () => {
    expect(ask(service('vip.Advertised', 'endpoints', conflict))).toMatchObject({
      healthy: false,
      problems: ['default/web is without 192.0.2.11: 192.0.2.11 belongs to web'],
      notes: [],
    });
    expect(ask(service('vip.Withheld', 'address-conflict', { leftOut: [] })).problems).toEqual([
      'default/web is not advertised, address-conflict: so it is',
    ]);
  });

  it('is not healthy while VIPs are held, and says so once', () => {
    const held = (vip: string) => service('vip.Advertised', 'held', { vip, leftOut: [], because: 'held' });
    expect(ask(held('default/a'), held('default/b'), held('default/c'))).toMatchObject({
      healthy: false,
      problems: ['default/a and 2 more: held'],
    });
  });

  it('names no more than the first of many', () => {
    const many = Array.from({ length: 30 }, (_, i) =>
      service('vip.Withheld', 'address-conflict', { vip: `default/s${i}`, leftOut: [] }),
    );
    expect(ask(...many).problems).toHaveLength(10);
    expect(ask(...many).problems.at(-1)).toBe('and 21 more like these');
  });

  it('knows a node that is drained, over restarts, as one that somebody wanted so', () => {
    const because = 'alice drained the node';
    const draining = fact('node.DrainStarted', { because });
    const drained = fact('node.Drained', { because });
    const undrained = fact('node.Undrained', { because });
    expect(ask()).toMatchObject({ drain: null, notes: [] });
    expect(ask(draining)).toMatchObject({ drain: 'draining', healthy: true });
    expect(ask(draining, drained)).toMatchObject({
      drain: 'drained',
      healthy: true,
      notes: ['drained: alice drained the node'],
    });
    expect(ask(drained, started()).drain).toBe('drained');
    expect(ask(drained, undrained).drain).toBeNull();
  });
});
