import { parentPort, workerData } from 'node:worker_threads';
import { openJournal } from './journal.ts';

// Follows a journal in another thread, for the tests: posts the positions it is handed, until it is told to stop.
const log = openJournal(workerData as string);
log.follow({ after: 0 }, (facts) => parentPort?.postMessage(facts.map((fact) => fact.position)));
parentPort?.once('message', () => log.close());
parentPort?.postMessage([]);
