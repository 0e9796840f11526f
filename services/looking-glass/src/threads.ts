import type { Worker } from 'node:worker_threads';
import type { Clock } from '@vipcast/runtime';

/** How one thread of this process does. */
export interface ThreadPulse {
  /** Its loop has turned at least once. */
  readonly begun: boolean;
  /** Milliseconds for which it was not seen to come to rest. */
  readonly still: number;
}

/** Watches the threads of this process. */
export interface Threads {
  /** Looks at each. A thread counts as still from the look that first found it no further than the one before. */
  look(): readonly ThreadPulse[];
  stop(): void;
}

interface Watched {
  /** Milliseconds that its loop has waited, at the last look that found more of them. */
  rested: number;
  seen: number;
}

/**
 * Watches every worker that this thread starts from now on. A loop that turns waits for its sockets and timers, and how
 * long it has waited can be read from here without asking it: nothing runs in the thread for this, and nothing between looks.
 */
export const watchThreads = (clock: Clock): Threads => {
  const watched = new Map<Worker, Watched>();
  const onWorker = (worker: Worker): void => {
    watched.set(worker, { rested: 0, seen: clock.monotonic() });
    worker.once('exit', () => watched.delete(worker));
  };
  process.on('worker', onWorker);
  return {
    look: () => {
      const now = clock.monotonic();
      return Array.from(watched, ([worker, last]) => {
        const { idle } = worker.performance.eventLoopUtilization();
        if (idle > last.rested) Object.assign(last, { rested: idle, seen: now });
        return { begun: last.rested > 0, still: now - last.seen };
      });
    },
    stop: () => {
      process.off('worker', onWorker);
    },
  };
};
