import { parentPort, workerData } from 'node:worker_threads';
import { openJournal, openRecorder } from '@vipcast/log';
import { collectWhenQuiet, createClock, createLogger, type Identity } from '@vipcast/runtime';
import { startSpeaker } from './speaker.ts';

/** What the host hands to the thread: plain values, since a log is opened anew in each thread. */
export interface SpeakerThreadData {
  readonly journal: string;
  readonly identity: Identity;
  readonly logLevel: string;
}

const RECORDER_BYTES = 64 * 1024 * 1024;

const { journal, identity, logLevel } = workerData as SpeakerThreadData;
collectWhenQuiet();
const log = openJournal(journal);
const logger = createLogger(logLevel);
const recorder = openRecorder(`${journal}.inputs`, { maxBytes: RECORDER_BYTES });
const speaker = startSpeaker({ log, recorder, identity, clock: createClock(), logger });

parentPort?.once('message', async () => {
  await speaker.stop();
  recorder.close();
  log.close();
  parentPort?.close();
});
