import { ipv4 } from '@vipcast/net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSession } from '../session.ts';
import type { SessionSettings } from '../types.ts';
import {
  arrivals,
  breakLink,
  type Move,
  move,
  nextExpiry,
  sharedLink,
  type World,
  worldOf,
} from './network.ts';
import { SETTINGS } from './scenario.ts';

const pair = (a: Partial<SessionSettings> = {}, b: Partial<SessionSettings> = {}): World =>
  worldOf(
    createSession({ ...SETTINGS, localASN: 65000, peerASN: 65001, routerId: ipv4(9), ...a }),
    createSession({ ...SETTINGS, localASN: 65001, peerASN: 65000, routerId: ipv4(1), ...b }),
  );

/** Two worlds with the same key have the same futures. */
const keyOf = ({ at, nodes, links }: World): string =>
  JSON.stringify([
    (['A', 'B'] as const).map((name) => {
      const { session, slots, timers } = nodes[name];
      const runs = [session.outgoing, session.incoming].map(({ state, since, connectRetryCounter }) => [
        state,
        at - since,
        connectRetryCounter,
      ]);
      const due = [...timers].map(([timer, deadline]) => [timer, deadline - at]).sort();
      return [session.started, session.idleHold, runs, slots, due];
    }),
    links.map(({ dialledBy, inbox, closedBy }) => [
      dialledBy,
      [...closedBy].sort(),
      [inbox.A, inbox.B].map((items) =>
        items.map((item) => (item.type === 'bytes' ? item.bytes[18] : item.type)),
      ),
    ]),
  ]);

interface Explored {
  readonly worlds: number;
  /** Worlds in which nothing is under way any more. */
  readonly ends: readonly World[];
}

const STARTS: readonly Move[] = [
  { type: 'start', node: 'A' },
  { type: 'start', node: 'B' },
];

/** Every world that any order of starts and arrivals leads to; with `breaks`, any connection may break once. */
const explore = (start: World, starts: readonly Move[], breaks = 0): Explored => {
  const seen = new Set<string>();
  const ends: World[] = [];
  const stack = [{ world: start, starts, breaks }];
  for (let here = stack.pop(); here !== undefined; here = stack.pop()) {
    const { world } = here;
    const key = JSON.stringify([here.starts, here.breaks, keyOf(world)]);
    if (seen.has(key)) continue;
    seen.add(key);
    const moves = arrivals(world);
    if (moves.length === 0 && here.starts.length === 0) ends.push(world);
    for (const each of moves) stack.push({ ...here, world: move(world, each) });
    for (const each of here.starts)
      stack.push({
        ...here,
        world: move(world, each),
        starts: here.starts.filter((other) => other !== each),
      });
    if (here.breaks > 0)
      for (const index of world.links.keys())
        stack.push({ ...here, world: breakLink(world, index), breaks: here.breaks - 1 });
  }
  return { worlds: seen.size, ends };
};

/** Lets everything under way arrive, in order, and timers expire until both sides agree; how many it took. */
const settle = (start: World): number => {
  let world = start;
  for (let expired = 0; expired < 40; ) {
    const [next] = arrivals(world);
    if (next !== undefined) world = move(world, next);
    else if (sharedLink(world) !== null) return expired;
    else {
      const due = nextExpiry(world);
      if (due === null) throw new Error('nothing is left to happen');
      world = move(world, due);
      expired++;
    }
  }
  throw new Error('they do not come together');
};

const started = (world: World): World => STARTS.reduce(move, world);

describe('two speakers that dial each other', () => {
  it.each<[string, World, 'A' | 'B']>([
    ['A has the higher identifier', pair(), 'A'],
    ['B has the higher identifier', pair({ routerId: ipv4(1) }, { routerId: ipv4(0xc0000201) }), 'B'],
    ['equal identifiers, B has the higher AS', pair({ routerId: ipv4(7) }, { routerId: ipv4(7) }), 'B'],
    ['one AS', pair({ peerASN: 'internal' }, { localASN: 65000, peerASN: 'internal' }), 'A'],
  ])('meet on one connection in every order of events without a retry: %s', (_, start, higher) => {
    const { worlds, ends } = explore(started(start), []);
    expect(worlds).toBeGreaterThan(100);
    for (const world of ends) {
      expect(sharedLink(world)).not.toBeNull();
      for (const { session } of Object.values(world.nodes))
        expect(session.idleHold).toBeLessThanOrEqual(1000);
    }
    const dialledBy = new Set(ends.map((world) => world.links[sharedLink(world)!]!.dialledBy));
    expect(dialledBy).toContain(higher);
  });

  it('meet whoever starts first, with a retry at most where one was not listening yet', () => {
    const { ends } = explore(pair(), STARTS);
    expect(ends.length).toBeGreaterThan(0);
    for (const world of ends) expect(settle(world)).toBeLessThanOrEqual(4);
  });

  it('meet again after any connection breaks at any moment', () => {
    const { worlds, ends } = explore(started(pair()), [], 1);
    expect(worlds).toBeGreaterThan(500);
    for (const world of ends) expect(settle(world)).toBeLessThanOrEqual(8);
  });
});

describe('a speaker and a passive one', () => {
  it('meet on the one connection there is, in every order', () => {
    const { ends } = explore(started(pair({ passive: true })), []);
    expect(ends.length).toBeGreaterThan(0);
    for (const world of ends) expect(world.links[sharedLink(world)!]?.dialledBy).toBe('B');
  });
});

describe('any luck', () => {
  it('with several broken connections and timers at any time ends in one session', () => {
    const choice = fc.record({ kind: fc.nat(20), which: fc.nat(7) });
    fc.assert(
      fc.property(fc.array(choice, { maxLength: 80 }), fc.integer(), fc.integer(), (choices, a, b) => {
        let world = pair({ routerId: ipv4(a || 1) }, { routerId: ipv4(b || 1) });
        const waiting = [...STARTS];
        for (const { kind, which } of choices) {
          const moves = [...waiting, ...arrivals(world)];
          const due = nextExpiry(world);
          if (kind === 0 && world.links.length > 0) world = breakLink(world, which % world.links.length);
          else if (kind <= 2 && due !== null) world = move(world, due);
          else if (moves.length > 0) {
            const chosen = moves[which % moves.length]!;
            if (chosen.type === 'start') waiting.splice(waiting.indexOf(chosen), 1);
            world = move(world, chosen);
          }
          for (const { session } of Object.values(world.nodes))
            expect([session.outgoing.state, session.incoming.state]).not.toEqual([
              'Established',
              'Established',
            ]);
        }
        for (const each of waiting) world = move(world, each);
        expect(settle(world)).toBeLessThan(40);
      }),
      { numRuns: 1000 },
    );
  });
});
