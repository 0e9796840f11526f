import type { Cause, Draft, RecordedFact } from '@vipcast/events';
import { giveWay } from '@vipcast/linux';

/** Keeps facts about routes until the sockets have been written, then appends them. */
export interface RouteRecorder {
  record(drafts: readonly Draft[], cause: Cause | undefined): void;
  flush(): void;
}

/**
 * Facts that wait here are appended together once this turn of the loop has written every socket, and what was written
 * has gone its way.
 */
export const createRouteRecorder = (
  append: (drafts: readonly Draft[], cause: Cause | undefined) => readonly RecordedFact[],
): RouteRecorder => {
  let waiting: Draft[] = [];
  let scheduled = false;
  const flush = (): void => {
    scheduled = false;
    const drafts = waiting;
    waiting = [];
    if (drafts.length > 0) append(drafts, undefined);
  };
  return {
    record: (drafts, cause) => {
      for (const draft of drafts) waiting.push(cause === undefined ? draft : { ...draft, cause });
      if (scheduled || waiting.length === 0) return;
      scheduled = true;
      setImmediate(() => {
        giveWay();
        flush();
      });
    },
    flush,
  };
};
