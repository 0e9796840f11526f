import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatSubject, type NewFact } from '@vipcast/events';
import { type Log, openJournal, openSnapshots } from '@vipcast/log';
import { peers, routes } from '@vipcast/views';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERY, foldLog } from './fold.ts';
import { BEGIN, runHere, temporaryFolder } from './testing.ts';
import type { Moment } from './time.ts';

const folder = temporaryFolder();
const journal = join(folder.path, 'long.db');
const TOTAL = 3 * EVERY + 1000;
const HOUR = 3_600_000;
const NOW = BEGIN + 10 * 24 * HOUR;

const fact = (i: number, node: string, at: number, type: string, data: object): NewFact => {
  const id = `${node}-${i}`;
  const subject = formatSubject({ cluster: 'test', node, aggregate: 'route', id: 'tor1' });
  return { id, type, v: 1, subject, at, causationId: '', correlationId: id, data } as unknown as NewFact;
};

/** What one node tells a router: 50 prefixes that come and go, its hold of them lost now and then. */
const told = (i: number, node: string, at: number): NewFact => {
  const of = { peer: 'tor1', family: 'ipv4-unicast', prefixes: [`192.0.2.${(i * 7) % 50}/32`] };
  if (i % 9001 === 0) return fact(i, node, at, 'node.Stopped', { reason: 'test' });
  const attributes = { origin: 'igp', asPath: [65000], nextHops: [`10.0.0.${i % 3}`] };
  return i % 3 === 0
    ? fact(i, node, at, 'route.Withdrawn', of)
    : fact(i, node, at, 'route.Announced', { ...of, attributes });
};

const append = (log: Log, count: number): void => {
  const writers = { n1: log.writer('n1/speaker'), n2: log.writer('n2/speaker') };
  for (let i = log.last(); count > 0; count -= 100) {
    // The clock of one node is an hour behind, and steps back a minute now and then.
    const batch = Array.from({ length: 100 }, () => i++);
    const step = (BEGIN + i * 1000 - (i % 700 < 100 ? 60_000 : 0)) as number;
    writers.n1.append(batch.slice(0, 60).map((n, k) => told(n, 'n1', step + k)));
    writers.n2.append(batch.slice(60).map((n, k) => told(n, 'n2', step - HOUR + k)));
  }
};

beforeAll(() => {
  const log = openJournal(journal);
  append(log, TOTAL);
  log.close();
});
afterAll(folder.remove);

const moments: fc.Arbitrary<Moment> = fc.oneof(
  fc.integer({ min: 1, max: TOTAL }).map((seq) => ({ kind: 'seq' as const, seq })),
  fc
    .integer({ min: -2 * HOUR, max: TOTAL * 1000 })
    .map((offset) => ({ kind: 'time' as const, at: BEGIN + offset })),
);

describe('a fold that begins at a snapshot', () => {
  it('knows what one from the beginning knows, at any moment', () => {
    const log = openJournal(journal, { readOnly: true });
    const snapshots = openSnapshots(journal, 'test')!;
    const at = (moment: Moment | undefined, kept: typeof snapshots | undefined) => {
      const { state, asOf } = foldLog(log, routes, { now: NOW, moment, snapshots: kept });
      const scope = { now: NOW };
      return { asOf, routes: routes.answer(state, scope), peers: peers.answer(state, scope) };
    };
    expect(at(undefined, snapshots)).toEqual(at(undefined, undefined));
    expect(snapshots.marks().map(({ position }) => position)).toEqual([EVERY, 2 * EVERY, 3 * EVERY]);
    expect(at(undefined, snapshots)).toEqual(at(undefined, undefined));
    fc.assert(
      fc.property(moments, (moment) => {
        expect(at(moment, snapshots)).toEqual(at(moment, undefined));
      }),
      { numRuns: 12 },
    );
    snapshots.close();
    log.close();
  }, 120_000);

  it('goes on where the log has grown, and forgets what was kept of another log', () => {
    const grown = join(folder.path, 'grown.db');
    const answer = (file: string) => {
      const log = openJournal(file, { readOnly: true });
      const snapshots = openSnapshots(grown, 'test');
      const kept = foldLog(log, routes, { now: NOW, snapshots });
      const whole = foldLog(log, routes, { now: NOW });
      snapshots?.close();
      log.close();
      expect(kept.asOf).toEqual(whole.asOf);
      expect(routes.answer(kept.state, { now: NOW })).toEqual(routes.answer(whole.state, { now: NOW }));
    };
    copyFileSync(journal, grown);
    answer(grown);
    const log = openJournal(grown);
    append(log, 2000);
    log.close();
    answer(grown);
    for (const suffix of ['', '-wal', '-shm']) rmSync(grown + suffix, { force: true });
    const other = openJournal(grown);
    append(other, EVERY + 200);
    other.close();
    answer(grown);
  }, 120_000);
});

describe('a view', () => {
  const args = ['--journal', journal, '-o', 'json', '--at', 'seq:15000'];

  it('keeps states beside a long journal, and answers the same with and without them', async () => {
    rmSync(`${journal}.snapshots`, { force: true });
    const first = await runHere(['routes', ...args]);
    expect(existsSync(`${journal}.snapshots`)).toBe(true);
    const second = await runHere(['routes', ...args]);
    expect(second.out).toBe(first.out);
    expect(JSON.parse(first.out).items.length).toBeGreaterThan(0);
  });
});
