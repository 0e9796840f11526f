import { once } from 'node:events';
import { constants, getPriority, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { lineToJournal } from '@vipcast/log';
import type { SpeakerThreadData } from './thread.ts';

/** A speaker on a thread of its own, so that nothing else in the process can stall a keepalive. */
export interface SpeakerThread {
  /** Rejects if the thread dies. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

/** Beside this module, as source or as built. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './thread.ts' : './speaker-thread.js',
  import.meta.url,
);

/** How far the rest of the process stands behind: enough that what it tells the speaker is not left lying until it rests. */
const STANDS_BACK = 3;

/** On Linux this is about the main thread alone; threads begin with the priority of the one that starts them. */
const standBack = (): void => {
  const { pid } = process;
  try {
    setPriority(pid, Math.min(getPriority(pid) + STANDS_BACK, constants.priority.PRIORITY_LOW));
  } catch {
    // A sandbox may forbid it. Both threads then take turns.
  }
};

/** Starts the speaker on its thread, which goes before the one that starts it. */
export const startSpeakerThread = (data: SpeakerThreadData): SpeakerThread => {
  const line = lineToJournal(data.journal);
  const worker = new Worker(THREAD, { workerData: { ...data, line }, transferList: [line] });
  standBack();
  const exited = once(worker, 'exit');
  let stopping = false;
  const died = new Promise<never>((_, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => {
      if (!stopping) reject(new Error('the speaker thread ended'));
    });
  });
  return {
    died,
    stop: async () => {
      stopping = true;
      worker.postMessage('stop');
      await exited;
    },
  };
};
