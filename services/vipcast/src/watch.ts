import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedFact } from '@vipcast/events';
import type { Log } from '@vipcast/log';

/** How often a journal is asked for what other processes have written, in milliseconds. */
export const POLL = 50;

/**
 * Calls back with the facts that others append, in batches, until told to stop.
 * @param onTick called after each look, with what was new; returns true to stop
 */
export const follow = async (
  log: Log,
  after: number,
  onTick: (facts: readonly RecordedFact[]) => boolean,
  signal?: AbortSignal,
): Promise<void> => {
  const fresh: RecordedFact[] = [];
  const following = log.follow({ after }, (facts) => fresh.push(...facts));
  try {
    while (signal?.aborted !== true && !onTick(fresh.splice(0))) {
      await pause(POLL, undefined, { signal: signal ?? new AbortController().signal }).catch(() => undefined);
      log.refresh();
    }
  } finally {
    following.stop();
  }
};
