import { describe, expect, it } from 'vitest';
import { allWell } from './example.ts';
import { answer, fact, type Given } from './given.ts';
import { foldNetwork } from './network.ts';
import { peers } from './peers.ts';
import { routes } from './routes.ts';
import { status } from './status.ts';
import { vips } from './vips.ts';
import { why } from './why.ts';

const now = 100_000;
const gone = new Map([['n1', 90_000]]);
const stopped = fact('node.Stopped', { reason: 'SIGTERM' });

describe('a node whose lease ran out', () => {
  it('leaves every view', () => {
    for (const view of [peers, routes, vips]) {
      expect(answer(view as typeof peers, allWell, { now }).length).toBeGreaterThan(0);
      expect(answer(view as typeof peers, allWell, { now, gone })).toEqual([]);
    }
    expect(answer(why, allWell, { now, gone, target: 'web' })).toEqual([]);
  });

  it('has nothing left when it is asked for by name', () => {
    const asked = { now, gone, node: 'n1' };
    expect(answer(peers, allWell, asked).map(({ state }) => state)).toEqual(['Idle']);
    expect(answer(routes, allWell, asked)).toEqual([]);
    const rows = answer(why, allWell, { ...asked, target: 'web' });
    expect(rows.map(({ announced, steps }) => [announced, steps.at(-1)?.text])).toEqual(
      rows.map(() => [false, 'nothing was heard of the daemon: its lease ran out']),
    );
  });

  it.each([
    ['is a problem', allWell, ['gone 90000 false']],
    ['has left if it said goodbye', [...allWell, stopped], []],
  ])('%s', (_, given: readonly Given[], expected) => {
    const rows = answer(status, given, { now, gone });
    expect(rows.map(({ daemon, since, healthy }) => `${daemon} ${since} ${healthy}`)).toEqual(expected);
  });

  it('is what it was when it comes back', () => {
    const network = peers.initial();
    const both = { ...peers, initial: () => network, fold: foldNetwork };
    const before = answer(both, allWell, { now });
    expect(peers.answer(network, { now, gone })).toEqual([]);
    expect(peers.answer(network, { now })).toEqual(before);
  });
});

it('facts of a later version are passed over', () => {
  const network = status.initial();
  const later = { v: 2, type: 'vip.Advertised', subject: 'vipcast.test.n1.vip.web', data: 7 };
  expect(() => foldNetwork(network, later as unknown as Parameters<typeof foldNetwork>[1])).not.toThrow();
  expect(vips.answer(network, { now })).toEqual([]);
});
