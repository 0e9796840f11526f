import type { Cause, Draft, RecordedFact } from '@vipcast/events';
import { giveWay } from '@vipcast/linux';

/** What one peer was told of some routes. */
type RouteDraft = Draft<'route.Announced' | 'route.Withdrawn' | 'route.Refused'>;

/** Keeps facts about routes until the sockets have been written, then appends them. */
export interface RouteRecorder {
  record(drafts: readonly RouteDraft[], cause: Cause | undefined): void;
  flush(): void;
}

/** A peer that is told of more routes than these at once is told a part of something large. */
const FEW = 256;
/** So long facts about that wait, in milliseconds: whoever decides the rest of it needs the journal, and the processor. */
const LARGE_TIME = 100;

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
      const routes = drafts.reduce((sum, { data }) => sum + data.prefixes.length, 0);
      if (routes > FEW) setTimeout(flush, LARGE_TIME);
      else
        setImmediate(() => {
          giveWay();
          flush();
        });
    },
    flush,
  };
};
