import { mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatSubject, type NewFact } from '@vipcast/events';
import { type Log, openJournal } from '@vipcast/log';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { exec } from '../interop/process.ts';
import { figure, judge, printTable } from './report.ts';
import { median, milliseconds, quantile } from './statistics.ts';

const FACTS = 1_000_000;
const BATCH = 1000;
const PEERS = 4;
const RUNS = 10;
const BEGIN = Date.parse('2026-01-01T00:00:00Z');
const SECOND = 1000;
const WANTED = 300;
/** What the first question may take, in folds that keep no snapshots. */
const WANTED_FIRST = 1.5;
const PATIENCE = 120_000;

const VIPCAST = join(ROOT, 'services', 'vipcast', 'bin', 'vipcast.mjs');

const uuid = (i: number): string => `019b74f2-7c00-7cc3-98c4-${String(i).padStart(12, '0')}`;

/** What a node with `vips` addresses tells its peers in turn: each address comes, goes, and comes again. */
const told = (i: number, vips: number): NewFact => {
  const peer = `tor${i % PEERS}`;
  const turn = Math.floor(i / PEERS);
  const vip = turn % vips;
  const of = { peer, family: 'ipv4-unicast', prefixes: [`10.1.${vip >> 8}.${vip & 255}/32`] };
  const attributes = { origin: 'igp', asPath: [65000], nextHops: ['10.0.0.7'], communities: ['65000:100'] };
  const comes = Math.floor(turn / vips) % 2 === 0;
  return {
    id: uuid(i),
    type: comes ? 'route.Announced' : 'route.Withdrawn',
    v: 1,
    subject: formatSubject({ cluster: 'prod', node: 'n7', aggregate: 'route', id: peer }),
    at: BEGIN + i * SECOND,
    causationId: '',
    correlationId: uuid(i),
    data: comes ? { ...of, attributes } : of,
  } as unknown as NewFact;
};

const fill = (log: Log, vips: number): void => {
  const writer = log.writer('n7/speaker');
  for (let i = 0; i < FACTS; i += BATCH)
    writer.append(Array.from({ length: BATCH }, (_, k) => told(i + k, vips)));
};

const timeOf = async (...args: readonly string[]): Promise<number> => {
  const begun = process.hrtime.bigint();
  const { code, stderr } = await exec(null, [NODE, VIPCAST, ...args], { timeout: PATIENCE });
  if (code !== 0) throw new Error(`vipcast ${args.join(' ')} ended with ${code}: ${stderr}`);
  return milliseconds(begun, process.hrtime.bigint());
};

/** Positions all over the log, and as many times. */
const moments = Array.from({ length: RUNS }, (_, i) => {
  const seq = 1 + Math.floor(((i + 0.37) * FACTS) / RUNS);
  return [`seq:${seq}`, new Date(BEGIN + seq * SECOND).toISOString()];
}).flat();

interface Figures {
  readonly plain: number;
  readonly first: number;
  readonly now: readonly number[];
  readonly at: readonly number[];
  readonly megabytes: number;
}

const measure = async (vips: number): Promise<Figures> => {
  const folder = mkdtempSync(join(tmpdir(), 'vipcast-bench-'));
  try {
    const journal = join(folder, 'journal.db');
    const log = openJournal(journal);
    fill(log, vips);
    log.close();
    const ask = (...more: string[]) => timeOf('peers', '--journal', journal, '-o', 'json', ...more);
    const snapshots = `${journal}.snapshots`;
    // Behind a link none are kept.
    symlinkSync(journal, snapshots);
    const plain = await ask();
    rmSync(snapshots);
    const first = await ask();
    const [now, at]: number[][] = [[], []];
    for (const moment of moments) {
      now!.push(await ask());
      at!.push(await ask('--at', moment));
    }
    return { plain, first, now: now!, at: at!, megabytes: statSync(snapshots).size / 1e6 };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** How long `vipcast peers` takes, as a whole command, on a journal of a million facts: now, and at any moment. */
export const measureTimeTravel = async (): Promise<void> => {
  const start = await timeOf('--version');
  const runs = new Map<number, Figures>();
  for (const vips of [100, 10_000]) runs.set(vips, await measure(vips));
  printTable(
    `time travel: vipcast peers on ${FACTS} facts, from its start to its end (vipcast --version takes ${figure(start)}), ms`,
    [
      'VIPs',
      'without snapshots',
      'first time',
      'now p50',
      '--at p50',
      '--at p95',
      '--at worst',
      'snapshots, MB',
    ],
    [...runs].map(([vips, { plain, first, now, at, megabytes }]) => [
      String(vips),
      figure(plain),
      figure(first),
      figure(median(now)),
      figure(median(at)),
      figure(quantile(at, 0.95)),
      figure(Math.max(...at)),
      figure(megabytes),
    ]),
  );
  for (const [vips, { plain, first, at }] of runs) {
    judge(`--at anywhere, ${vips} VIPs, p95`, quantile(at, 0.95), 'at most', WANTED, 'ms');
    judge(`the first time, ${vips} VIPs`, first / plain, 'at most', WANTED_FIRST, 'folds');
  }
};

if (import.meta.main) await measureTimeTravel();
