import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { formatSubject, type NewFact, type RecordedFact } from '@vipcast/events';
import { type Log, openJournal, openSnapshots } from '@vipcast/log';
import { peers, routes } from '@vipcast/views';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AsOf } from './document.ts';
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

type Network = ReturnType<typeof routes.initial>;

const answers = ({ state, asOf }: { readonly state: Network; readonly asOf: AsOf }) => {
  const scope = { now: NOW };
  return { asOf, routes: routes.answer(state, scope), peers: peers.answer(state, scope) };
};

/** Of all facts, those up to a moment, one after the other. */
const foldOf = (facts: readonly RecordedFact[], moment: Moment | undefined) => {
  const meant = facts.filter(({ position, at }) =>
    moment?.kind === 'seq' ? position <= moment.seq : at <= (moment?.at ?? NOW),
  );
  const [seq, decided] = [meant.at(-1)?.position ?? 0, meant.at(-1)?.at ?? NOW];
  const time = moment?.kind === 'seq' ? decided : (moment?.at ?? NOW);
  return { state: meant.reduce(routes.fold, routes.initial()), asOf: { seq, time } };
};

describe('a fold that begins at a snapshot', () => {
  it('knows what one from the beginning knows, at any moment', () => {
    const log = openJournal(journal, { readOnly: true });
    const snapshots = openSnapshots(journal, 'test')!;
    const facts = [...log.read()];
    const check = (moment: Moment | undefined): void => {
      const expected = answers(foldOf(facts, moment));
      expect(answers(foldLog(log, routes, { now: NOW, moment, snapshots }))).toEqual(expected);
      expect(answers(foldLog(log, routes, { now: NOW, moment }))).toEqual(expected);
    };
    check(undefined);
    expect(snapshots.marks().map(({ position }) => position)).toEqual([EVERY, 2 * EVERY, 3 * EVERY]);
    check(undefined);
    fc.assert(fc.property(moments, check), { numRuns: 40 });
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

  it('answers from what is kept of a log whose beginning was cut off', async () => {
    const [cut, fresh] = ['cut.db', 'fresh.db'].map((name) => join(folder.path, name));
    copyFileSync(journal, cut!);
    const about = (file: string) => ['routes', '--journal', file, '-o', 'json', '--at', 'seq:15000'];
    const whole = await runHere(about(cut!));
    expect(existsSync(`${cut}.snapshots`)).toBe(true);
    const db = new DatabaseSync(cut!);
    db.exec('DELETE FROM facts WHERE position < 14990');
    db.close();
    copyFileSync(cut!, fresh!);
    const [left, right] = [await runHere(about(cut!)), await runHere(about(fresh!))];
    expect(left.out).toBe(right.out);
    expect(left.out).not.toBe(whole.out);
  });

  it('says so when a fact that it needs is gone from the log', async () => {
    const holed = join(folder.path, 'holed.db');
    copyFileSync(journal, holed);
    const about = ['routes', '--journal', holed, '-o', 'json', '--at', 'seq:15001'];
    const { items } = JSON.parse((await runHere(about)).out);
    const seq = Math.min(...items.map((item: { readonly seq: number }) => item.seq));
    const db = new DatabaseSync(holed);
    db.exec(`DELETE FROM facts WHERE position = ${seq}`);
    db.close();
    const { code, err } = await runHere(about);
    expect(err).toContain(`seq:${seq} is gone from the log (E_JOURNAL_UNUSABLE)`);
    expect(code).toBe(4);
  });
});
