import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { NewFact, RecordedFact } from '@vipcast/events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppendingWork } from './appending-process.ts';
import { openJournal } from './journal.ts';
import { describeLog } from './log-compliance.ts';
import { lineToJournal } from './neighbours.ts';
import { journalPlace } from './place.ts';
import { sampleFacts } from './sample-facts.ts';
import { verify } from './verify.ts';

describeLog('journal', journalPlace);

const APPENDING = new URL('./appending-process.ts', import.meta.url);
const thread = (program: URL, data: AppendingWork | Pick<AppendingWork, 'file'>): Worker => {
  const line = lineToJournal(data.file);
  return new Worker(program, { workerData: { ...data, line }, transferList: [line] });
};
const inThread = (work: AppendingWork): Worker => thread(APPENDING, work);
const inProcess = (work: AppendingWork): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(APPENDING), JSON.stringify(work)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('a journal shared by threads and processes', () => {
  let place: ReturnType<typeof journalPlace>;
  beforeEach(() => {
    place = journalPlace();
  });
  afterEach(() => place.clean());

  it('wakes followers in another thread', async () => {
    const log = place.open();
    const writer = log.writer('n7/speaker');
    writer.append(sampleFacts(2));
    const worker = thread(new URL('./following-thread.ts', import.meta.url), { file: place.file });
    const heard: number[] = [];
    let ready = false;
    worker.on('message', (positions: number[]) => {
      heard.push(...positions);
      ready ||= positions.length === 0;
    });
    await vi.waitFor(() => expect(ready).toBe(true), 10_000);
    expect(heard).toEqual([1, 2]);
    writer.append(sampleFacts(3, 2));
    await vi.waitFor(() => expect(heard).toEqual([1, 2, 3, 4, 5]));
    const exit = once(worker, 'exit');
    worker.postMessage('stop');
    await exit;
  });

  it('lets its host give way when others were told, before followers here go on', async () => {
    place.open();
    const happened: string[] = [];
    const log = openJournal(place.file, { onTold: () => happened.push('told') });
    log.follow({ after: 0 }, (facts) => happened.push(`follower has ${facts.length}`));
    log.writer('n7/speaker').append(sampleFacts(3));
    expect(happened).toEqual(['told']);
    await vi.waitFor(() => expect(happened).toEqual(['told', 'follower has 3']));
    log.close();
  });

  it('is woken by an append in another thread', async () => {
    const heard: number[] = [];
    place.open().follow({ after: 0 }, (facts) => heard.push(...facts.map((fact) => fact.position)));
    const worker = inThread({ file: place.file, writer: 'n7/a', epochs: 1, appends: 5, facts: 2 });
    const exit = once(worker, 'exit');
    await vi.waitFor(() => expect(heard).toEqual(upTo(10)), 10_000);
    await exit;
  });

  it('loses and repeats nothing while threads and processes append at once', async () => {
    const { file } = place;
    const log = place.open();
    const facts: RecordedFact[] = [];
    log.follow({ after: 0 }, (batch) => facts.push(...batch));
    const work = { file, epochs: 2, appends: 150, facts: 3 };
    const others = [
      inThread({ ...work, writer: 'n7/a' }),
      inThread({ ...work, writer: 'n7/b' }),
      inProcess({ ...work, writer: 'n7/c' }),
    ];
    others[2]?.once('spawn', () => (others[2] as ChildProcess).stdout?.resume());
    const exits = Promise.all(others.map((other) => once(other, 'exit')));
    const writer = log.writer('n7/d');
    for (let i = 0; i < 300; i++) {
      writer.append(sampleFacts(3, i));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await exits).map(([code]) => code)).toEqual([0, 0, 0]);
    // The process has nothing to ring with in this test.
    log.refresh();
    expect(facts.map((fact) => fact.position)).toEqual(upTo(4 * 900));
    for (const writer of ['n7/a', 'n7/b', 'n7/c']) {
      const own = facts.filter((fact) => fact.writer === writer);
      expect(own.map(({ epoch, n }) => [epoch, n])).toEqual(
        [1, 2].flatMap((epoch) => upTo(450).map((n) => [epoch, n])),
      );
    }
    expect([...verify(log)]).toEqual([]);
  });

  it('gives every epoch of a writer once', async () => {
    place.open();
    const work = { file: place.file, writer: 'n7/cli', epochs: 20, appends: 1, facts: 1 };
    const exits = [inThread(work), inThread(work), inProcess(work)].map((other) => {
      if ('stdout' in other) other.stdout?.resume();
      return once(other, 'exit');
    });
    expect((await Promise.all(exits)).map(([code]) => code)).toEqual([0, 0, 0]);
    const log = place.open();
    expect(log.terms()).toEqual(upTo(60).map((epoch) => ({ writer: 'n7/cli', epoch, n: 1 })));
    expect([...verify(log)]).toEqual([]);
  });

  it('keeps what append returned when the process is killed', async () => {
    for (let round = 0; round < 3; round++) {
      const child = inProcess({ file: place.file, writer: 'n7/victim', epochs: 1, appends: 0, facts: 7 });
      const output = text(child.stdout as NodeJS.ReadableStream);
      child.stdout?.once('data', () => setTimeout(() => child.kill('SIGKILL'), 50));
      const [, signal] = await once(child, 'exit');
      expect(signal).toBe('SIGKILL');
      // A line cut short by the kill does not count.
      const returned = Number((await output).split('\n').at(-2));
      const log = place.open();
      expect(returned).toBeGreaterThan(0);
      expect(log.last()).toBeGreaterThanOrEqual(returned);
      expect(log.last() % 7).toBe(0);
      expect([...verify(log)]).toEqual([]);
      expect(Array.from(log.read(), (fact) => fact.position)).toEqual(upTo(log.last()));
    }
  });

  it('ends a process whose listener throws', async () => {
    const script = `
      const { openJournal } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      const { sampleFacts } = await import(${JSON.stringify(new URL('./sample-facts.ts', import.meta.url).href)});
      const log = openJournal(${JSON.stringify(place.file)});
      log.follow({ after: 0 }, () => { throw new Error('a bug in a listener'); });
      log.writer('n7/speaker').append(sampleFacts(1));
      console.log('appended');
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
    const said = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    const [output, error, [code]] = await said;
    expect([output.trim(), code]).toEqual(['appended', 1]);
    expect(error).toContain('a bug in a listener');
  });

  it('does not keep a process alive by being followed', async () => {
    const script = `
      const { openJournal } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      openJournal(${JSON.stringify(place.file)}).follow({ after: 0 }, () => {});
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

describe('an append while the journal is locked', () => {
  it('waits its turn', async () => {
    const place = journalPlace();
    const log = openJournal(place.file);
    const writer = log.writer('n7/speaker');
    const holder = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const db = new (require('node:sqlite').DatabaseSync)(workerData);
       db.exec('BEGIN IMMEDIATE');
       parentPort.postMessage('locked');
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
       db.exec('ROLLBACK');`,
      { eval: true, workerData: place.file },
    );
    const exit = once(holder, 'exit');
    await once(holder, 'message');
    const [fact] = sampleFacts(1) as [NewFact];
    const started = performance.now();
    expect(writer.append([fact])).toMatchObject([{ position: 1 }]);
    expect(performance.now() - started).toBeGreaterThan(50);
    await exit;
    log.close();
    place.clean();
  });
});
