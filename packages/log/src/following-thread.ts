import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openJournal } from './journal.ts';

// Follows a journal in another thread, for the tests: posts the positions it is handed, until it is told to stop.
const { file, line } = workerData as { readonly file: string; readonly line: MessagePort };
const log = openJournal(file, { line });
log.follow({ after: 0 }, (facts) => parentPort?.postMessage(facts.map((fact) => fact.position)));
parentPort?.once('message', () => log.close());
parentPort?.postMessage([]);
