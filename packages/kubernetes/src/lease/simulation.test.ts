import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isObject, type JsonObject } from '../json.ts';
import { createElection, type ElectionEffect, type ElectionInput, type ElectionTimes } from './election.ts';
import { claimed, readLease, released } from './lease.ts';

const TIMES: ElectionTimes = { leaseMs: 15_000, renewMs: 10_000, retryMs: 2_000 };

/**
 * A server, candidates with clocks that differ, and a network that is slow, loses requests and loses answers to
 * requests that took effect.
 */
const simulate = (seeds: readonly number[], candidates: number): { most: number; led: Set<number> } => {
  let at = 0;
  let drawn = 0;
  const random = (): number => (seeds[drawn++ % seeds.length] ?? 0) / 1000;
  let stored: JsonObject | undefined;
  let version = 0;
  const queue: { at: number; run: () => void }[] = [];
  const later = (ms: number, run: () => void): void => {
    queue.push({ at: at + ms, run });
  };
  const led = new Set<number>();
  let most = 0;

  const write = (body: JsonObject): JsonObject | undefined => {
    const metadata = body.metadata as JsonObject;
    const known = isObject(stored?.metadata) ? stored.metadata.resourceVersion : undefined;
    if (metadata.resourceVersion !== known) return undefined;
    stored = { ...body, metadata: { ...metadata, resourceVersion: String(++version) } };
    return stored;
  };

  const add = (id: number): void => {
    const offset = id * 1e6;
    const election = createElection(`c${id}`, TIMES, random);
    const claim = { namespace: 'n', name: 'l', identity: `c${id}`, durationMs: TIMES.leaseMs };
    const generation = { retry: 0, deadline: 0 };
    const clock = (): number => at + offset;
    const take = (input: ElectionInput): void => {
      for (const effect of election.take(input, clock())) run(effect);
    };
    /** There and back; either way may take up to 9 s or lose what it carries. */
    const travel = (act: () => ElectionInput): void => {
      const fate = random();
      const lost = (): void =>
        later(5000, () => take({ type: 'RequestFailed', because: 'timeout', conflict: false }));
      if (fate < 0.15) {
        lost();
        return;
      }
      const delay = (): number => (random() < 0.8 ? random() * 200 : random() * 9000);
      later(delay(), () => {
        const answer = act();
        if (fate < 0.3) lost();
        else later(delay(), () => take(answer));
      });
    };
    const run = (effect: ElectionEffect): void => {
      const sentAt = clock();
      const wall = at + version;
      if (effect.type === 'read') travel(() => ({ type: 'LeaseRead', lease: readLease(stored) }));
      if (effect.type === 'claim')
        travel(() => {
          const written = readLease(write(claimed(claim, effect.lease, wall)));
          return written === undefined
            ? { type: 'RequestFailed', because: 'conflict', conflict: true }
            : { type: 'LeaseWritten', lease: written, sentAt };
        });
      if (effect.type === 'release')
        travel(() => {
          write(released(effect.lease, wall));
          return { type: 'RequestFailed', because: 'released', conflict: false };
        });
      if (effect.type === 'lead') led.add(id);
      if (effect.type === 'startRetry' || effect.type === 'startDeadline') {
        const which = effect.type === 'startRetry' ? 'retry' : 'deadline';
        const mine = ++generation[which];
        later(effect.ms, () => {
          if (generation[which] !== mine) return;
          take({ type: which === 'retry' ? 'RetryExpired' : 'DeadlineExpired' });
        });
      }
      elections.set(id, () => election.leads(clock()));
    };
    later(random() * 3000, () => take({ type: 'Started' }));
    if (random() < 0.3) later(30_000 + random() * 60_000, () => take({ type: 'Stopped' }));
  };

  const elections = new Map<number, () => boolean>();
  for (let id = 0; id < candidates; id++) add(id);
  while (at < 300_000) {
    queue.sort((x, y) => x.at - y.at);
    const next = queue.shift();
    if (next === undefined) break;
    at = next.at;
    next.run();
    most = Math.max(most, [...elections.values()].filter((leads) => leads()).length);
  }
  return { most, led };
};

it('there are never two leaders, and nearly always one comes', () => {
  const changes: number[] = [];
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 999 }), { minLength: 50, maxLength: 400 }),
      fc.integer({ min: 1, max: 4 }),
      (seeds, candidates) => {
        const { most, led } = simulate(seeds, candidates);
        changes.push(led.size);
        expect(most).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 300 },
  );
  expect(changes.filter((leaders) => leaders > 0).length).toBeGreaterThan(250);
  expect(changes.some((leaders) => leaders > 1)).toBe(true);
});
