import { writeSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openJournal } from './journal.ts';
import { sampleFacts } from './sample-facts.ts';

/** What the tests want appended by another thread, or by another process (as JSON in its first argument). */
export interface AppendingWork {
  readonly file: string;
  readonly writer: string;
  /** How many epochs to claim, one after the other. */
  readonly epochs: number;
  /** Appends in each epoch; 0 for ever. */
  readonly appends: number;
  /** Facts in each append. */
  readonly facts: number;
}

const work = (parentPort === null ? JSON.parse(process.argv[2] ?? '') : workerData) as AppendingWork & {
  readonly line?: MessagePort;
};
const log = openJournal(work.file, work.line && { line: work.line });
for (let epoch = 0; epoch < work.epochs; epoch++) {
  const writer = log.writer(work.writer);
  for (let i = 0; work.appends === 0 || i < work.appends; i++) {
    const facts = writer.append(sampleFacts(work.facts, i * work.facts));
    // A process says what append has returned, at once and past any buffer.
    if (parentPort === null) writeSync(1, `${facts.at(-1)?.position}\n`);
    else await new Promise((resolve) => setImmediate(resolve));
  }
}
log.close();
