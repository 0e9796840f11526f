import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { NewFact, RecordedFact } from '@vipcast/events';
import { lineToJournal, openJournal } from '@vipcast/log';
import { emptyNetwork, foldNetwork } from '@vipcast/views';
import { figure, judge, printTable } from './report.ts';
import { median, quantile } from './statistics.ts';

/** Figures of the journal on this machine. */
interface JournalFigures {
  /** Microseconds for an append of one fact. */
  readonly append: { readonly p50: number; readonly p99: number };
  /** Facts of some 150 bytes a second, appended 1,000 at a time. */
  readonly batchedPerSecond: number;
  /** The same by the processor's time: what others do on the machine disturbs it least. */
  readonly batchedPerCpuSecond: number;
  /** One fact an append. */
  readonly singlePerSecond: number;
  /** Milliseconds to fold 1,000,000 facts into the state that all views of now answer from. */
  readonly foldMillion: number;
  /** The same by the processor's time. */
  readonly foldMillionCpu: number;
  /** The same, for a follower that wants none of them. */
  readonly skipMillion: number;
  /** Milliseconds from just before an append in one thread to the listener in another. */
  readonly follow: { readonly p50: number; readonly p99: number };
}

const MILLION = 1_000_000;
const BATCH = 1000;
/** Of so many facts the time is taken; of all rounds, the median. */
const ROUND = 50_000;
const WANTED = { batched: 300_000, single: 3000, fold: 2000 } as const;

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

/** Milliseconds of processor that this process has had, all its threads together. */
const cpuMillis = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const millisOf = (action: () => void): number => {
  const started = performance.now();
  action();
  return performance.now() - started;
};

const measureAppend = (file: string): Pick<JournalFigures, 'append' | 'singlePerSecond'> => {
  const log = openJournal(file);
  const writer = log.writer('n7/speaker');
  const ready = Array.from({ length: 20_000 }, (_, i) => facts(i, 1));
  const took = ready.map((batch) => millisOf(() => writer.append(batch)) * 1000);
  log.close();
  const warm = took.slice(1000);
  const seconds = warm.reduce((sum, micros) => sum + micros, 0) / 1e6;
  return { append: quantiles(warm), singlePerSecond: warm.length / seconds };
};

const measureBatches = (file: string): Pick<JournalFigures, 'batchedPerSecond' | 'batchedPerCpuSecond'> => {
  const log = openJournal(file);
  const writer = log.writer('n7/speaker');
  const [took, tookCpu]: [number[], number[]] = [[], []];
  for (let i = 0; i < MILLION; i += ROUND) {
    const batches = Array.from({ length: ROUND / BATCH }, (_, k) => facts(i + k * BATCH, BATCH));
    const cpu = cpuMillis();
    took.push(millisOf(() => batches.forEach((batch) => void writer.append(batch))));
    tookCpu.push(cpuMillis() - cpu);
  }
  log.close();
  const perSecond = (millis: readonly number[]): number => (ROUND / median(millis)) * 1000;
  return { batchedPerSecond: perSecond(took), batchedPerCpuSecond: perSecond(tookCpu) };
};

const measureFold = (
  file: string,
): Pick<JournalFigures, 'foldMillion' | 'foldMillionCpu' | 'skipMillion'> => {
  const log = openJournal(file, { readOnly: true });
  const cpu = cpuMillis();
  let network = emptyNetwork();
  const fold = (batch: readonly RecordedFact[]): void => {
    for (const fact of batch) network = foldNetwork(network, fact);
  };
  const foldMillion = millisOf(() => log.follow({ after: 0 }, fold).stop());
  const foldMillionCpu = cpuMillis() - cpu;
  const skipMillion = millisOf(() => log.follow({ after: 0, aggregates: ['vip'] }, fold).stop());
  if (log.last() !== MILLION || network.last?.position !== MILLION) throw new Error('did not fold them all');
  log.close();
  return { foldMillion, foldMillionCpu, skipMillion };
};

/** Runs in the other thread: says how late each fact came; its `at` is the moment before it was appended. */
const echo = `
  import { parentPort, workerData } from 'node:worker_threads';
  const { openJournal } = await import(workerData.log);
  const log = openJournal(workerData.file, { line: workerData.line });
  const now = () => performance.timeOrigin + performance.now();
  log.follow({ after: log.last() }, (facts) => parentPort.postMessage(now() - facts.at(-1).at));
  parentPort.on('message', () => { log.close(); parentPort.close(); });
  parentPort.postMessage(0);
`;

const measureFollow = async (file: string): Promise<JournalFigures['follow']> => {
  const log = openJournal(file);
  const writer = log.writer('n7/vip-watcher');
  const line = lineToJournal(file);
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(echo)}`), {
    workerData: { file, line, log: import.meta.resolve('@vipcast/log') },
    transferList: [line],
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
    return {
      ...measureAppend(join(place, 'single.db')),
      ...measureBatches(join(place, 'batched.db')),
      ...measureFold(join(place, 'batched.db')),
      follow: await measureFollow(join(place, 'follow.db')),
    };
  } finally {
    rmSync(place, { recursive: true });
  }
};

/** The journal, on the file system of the temporary folder. An append returns when the kernel has it: decision 0001. */
export const measureJournal = async (): Promise<void> => {
  const { append, follow, ...rates } = await measureAll();
  printTable(
    'journal: facts of some 150 bytes, two threads',
    ['work', 'p50', 'p99', 'unit'],
    [
      ['append one', figure(append.p50), figure(append.p99), 'µs'],
      ['append one, until another thread has it', figure(follow.p50), figure(follow.p99), 'ms'],
      [`append, ${BATCH} at a time`, figure(rates.batchedPerSecond / 1e6), '', 'million/s'],
      ["the same, by the processor's time", figure(rates.batchedPerCpuSecond / 1e6), '', 'million/s'],
      ['fold a million', figure(rates.foldMillion), '', 'ms'],
      ["the same, by the processor's time", figure(rates.foldMillionCpu), '', 'ms'],
      ['skip a million', figure(rates.skipMillion), '', 'ms'],
    ],
  );
  console.log();
  judge('append, batched', rates.batchedPerSecond, 'at least', WANTED.batched, 'facts/s');
  judge('append, one at a time', rates.singlePerSecond, 'at least', WANTED.single, 'facts/s');
  judge('fold a million facts', rates.foldMillion, 'at most', WANTED.fold, 'ms');
};
