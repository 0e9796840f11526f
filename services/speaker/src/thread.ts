import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { trimMemory } from '@vipcast/linux';
import { hostedLog, openJournal, openRecorder } from '@vipcast/log';
import { collectWhenQuiet, createClock, createLogger, type Identity, sayHeld } from '@vipcast/runtime';
import { startSpeaker } from './speaker.ts';

/** What the host hands to the thread: plain values, since a log is opened anew in each thread. */
export interface SpeakerThreadData {
  readonly journal: string;
  readonly identity: Identity;
  /** The writer that says which configuration holds. */
  readonly host: string;
  readonly logLevel: string;
}

const RECORDER_BYTES = 64 * 1024 * 1024;

const { journal, line, identity, host, logLevel } = workerData as SpeakerThreadData & {
  readonly line: MessagePort;
};
collectWhenQuiet(trimMemory);
const logger = createLogger(logLevel);
const log = openJournal(journal, { line, holding: sayHeld(logger) });
const recorder = openRecorder(`${journal}.inputs`, { maxBytes: RECORDER_BYTES });
const speaker = startSpeaker({ log: hostedLog(log, host), recorder, identity, clock: createClock(), logger });

parentPort?.once('message', async () => {
  await speaker.stop();
  recorder.close();
  log.close();
  parentPort?.close();
});
