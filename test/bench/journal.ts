import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { NewFact, RecordedFact } from '@vipcast/events';
import { openJournal } from '@vipcast/log';
import { figure, printTable } from './report.ts';
import { quantile } from './statistics.ts';

/** Figures of the journal on this machine. */
interface JournalFigures {
  /** Microseconds for an append of one fact. */
  readonly append: { readonly p50: number; readonly p99: number };
  /** Facts of some 150 bytes a second, appended 1,000 at a time. */
  readonly batchedPerSecond: number;
  /** Milliseconds to read 1,000,000 facts, looking at envelope and data of each. */
  readonly foldMillion: number;
  /** The same, for a follower that wants none of them. */
  readonly skipMillion: number;
  /** Milliseconds from just before an append in one thread to the listener in another. */
  readonly follow: { readonly p50: number; readonly p99: number };
}

const MILLION = 1_000_000;
const BATCH = 1000;

const facts = (first: number, count: number): NewFact[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `0190f6c2-79b0-7cc3-98c4-${String(first + i).padStart(12, '0')}`,
    type: 'session.StateChanged',
    v: 1,
    subject: 'vipcast.prod.n7.session.tor1',
    at: 1_790_000_000_000.5 + first + i,
    causationId: `0190f6c2-79b0-7cc3-98c4-${String(first).padStart(12, '0')}`,
    correlationId: '0190f6c2-79b0-7cc3-98c4-000000000000',
    data: { peer: 'tor1', from: 'Connect', to: 'OpenSent', event: 'TcpConnectionConfirmed' },
  }));

const quantiles = (values: readonly number[]) => ({
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
});

const millisOf = (action: () => void): number => {
  const started = performance.now();
  action();
  return performance.now() - started;
};

const measureAppend = (file: string): JournalFigures['append'] => {
  const log = openJournal(file);
  const writer = log.writer('n7/speaker');
  const ready = Array.from({ length: 20_000 }, (_, i) => facts(i, 1));
  const took = ready.map((batch) => millisOf(() => writer.append(batch)) * 1000);
  log.close();
  return quantiles(took.slice(1000));
};

const measureBatches = (file: string): number => {
  const log = openJournal(file);
  const writer = log.writer('n7/speaker');
  let millis = 0;
  for (let i = 0; i < MILLION; i += BATCH) {
    const batch = facts(i, BATCH);
    millis += millisOf(() => writer.append(batch));
  }
  log.close();
  return (MILLION / millis) * 1000;
};

const measureFold = (file: string): Pick<JournalFigures, 'foldMillion' | 'skipMillion'> => {
  const log = openJournal(file, { readOnly: true });
  const states = new Map<string, number>();
  const look = (batch: readonly RecordedFact[]): void => {
    for (const fact of batch) {
      if (fact.type === 'session.StateChanged') states.set(fact.data.peer + fact.data.to, fact.position);
    }
  };
  const foldMillion = millisOf(() => log.follow({ after: 0 }, look).stop());
  const skipMillion = millisOf(() => log.follow({ after: 0, aggregates: ['vip'] }, look).stop());
  if (log.last() !== MILLION || states.get('tor1OpenSent') !== MILLION)
    throw new Error('did not fold them all');
  log.close();
  return { foldMillion, skipMillion };
};

/** Runs in the other thread: says how late each fact came; its `at` is the moment before it was appended. */
const echo = `
  import { parentPort, workerData } from 'node:worker_threads';
  const { openJournal } = await import(workerData.log);
  const log = openJournal(workerData.file);
  const now = () => performance.timeOrigin + performance.now();
  log.follow({ after: log.last() }, (facts) => parentPort.postMessage(now() - facts.at(-1).at));
  parentPort.on('message', () => { log.close(); parentPort.close(); });
  parentPort.postMessage(0);
`;

const measureFollow = async (file: string): Promise<JournalFigures['follow']> => {
  const log = openJournal(file);
  const writer = log.writer('n7/vip-watcher');
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(echo)}`), {
    workerData: { file, log: import.meta.resolve('@vipcast/log') },
  });
  const answer = () => new Promise<number>((resolve) => worker.once('message', resolve));
  await answer();
  const delays: number[] = [];
  for (let i = 0; i < 5000; i++) {
    const [fact] = facts(i, 1) as [NewFact];
    const delay = answer();
    writer.append([{ ...fact, at: performance.timeOrigin + performance.now() }]);
    delays.push(await delay);
  }
  const exit = new Promise((resolve) => worker.once('exit', resolve));
  worker.postMessage('stop');
  await exit;
  log.close();
  return quantiles(delays.slice(500));
};

const measureAll = async (): Promise<JournalFigures> => {
  const place = mkdtempSync(join(tmpdir(), 'vipcast-bench-'));
  try {
    const append = measureAppend(join(place, 'single.db'));
    const batchedPerSecond = measureBatches(join(place, 'batched.db'));
    const { foldMillion, skipMillion } = measureFold(join(place, 'batched.db'));
    const follow = await measureFollow(join(place, 'follow.db'));
    return { append, batchedPerSecond, foldMillion, skipMillion, follow };
  } finally {
    rmSync(place, { recursive: true });
  }
};

/** The journal, on the file system of the temporary folder. */
export const measureJournal = async (): Promise<void> => {
  const { append, batchedPerSecond, foldMillion, skipMillion, follow } = await measureAll();
  printTable(
    'journal: facts of some 150 bytes, two threads',
    ['work', 'p50', 'p99', 'unit'],
    [
      ['append one', figure(append.p50), figure(append.p99), 'µs'],
      ['append one, until another thread has it', figure(follow.p50), figure(follow.p99), 'ms'],
      [`append, ${BATCH} at a time`, figure(batchedPerSecond / 1e6), '', 'million/s'],
      ['fold a million', figure(foldMillion), '', 'ms'],
      ['skip a million', figure(skipMillion), '', 'ms'],
    ],
  );
};
