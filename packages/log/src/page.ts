import type { RecordedFact } from '@vipcast/events';
import type { Query } from './log.ts';

/** A query with its ends fixed. */
export type Window = Omit<Query, 'after' | 'until' | 'limit'> & {
  readonly after: number;
  readonly until: number;
  readonly limit: number;
};

/** What following and reading need of a log. */
export interface Pages {
  last(): number;
  /** Up to `limit` facts of the window, from the end that is asked for. */
  page(window: Window): readonly RecordedFact[];
}

/** Facts held in memory at once; small pages also die young, which the garbage collector likes. */
export const PAGE = 512;

/** The facts that a query asks for, a page at a time, up to what is the last position now. */
export function* readPages(pages: Pages, query: Query): Generator<RecordedFact, void> {
  let after = query.after ?? 0;
  let until = Math.min(query.until ?? Number.MAX_SAFE_INTEGER, pages.last());
  let wanted = query.limit ?? Number.MAX_SAFE_INTEGER;
  while (after < until && wanted > 0) {
    const limit = Math.min(PAGE, wanted);
    const facts = pages.page({ ...query, after, until, limit });
    yield* facts;
    const end = facts.at(-1);
    if (end === undefined || facts.length < limit) return;
    if (query.reverse) until = end.position - 1;
    else after = end.position;
    wanted -= facts.length;
  }
}
