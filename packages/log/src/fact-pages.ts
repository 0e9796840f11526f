import type { RecordedFact } from '@vipcast/events';
import type { Pages, Window } from './page.ts';

const matches = (
  fact: RecordedFact,
  { positions, before, decidedBy, aggregates, subject }: Window,
): boolean =>
  (positions === undefined || positions.includes(fact.position)) &&
  (before === undefined || fact.recordedAt <= before) &&
  (decidedBy === undefined || fact.at <= decidedBy) &&
  (aggregates === undefined || aggregates.some((aggregate) => fact.type.startsWith(`${aggregate}.`))) &&
  (subject === undefined || fact.subject === subject);

/** How many of the facts have a position up to and including this one. */
const countUpTo = (facts: readonly RecordedFact[], position: number): number => {
  let [low, high] = [0, facts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (facts[middle]!.position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Pages of facts that are held in memory, in ascending order of position; the list may grow. */
export const factPages = (facts: readonly RecordedFact[]): Pages => ({
  last: () => facts.at(-1)?.position ?? 0,
  page: (window) => {
    const [start, end] = [countUpTo(facts, window.after), countUpTo(facts, window.until)];
    const page: RecordedFact[] = [];
    const [first, step] = window.reverse ? [end - 1, -1] : [start, 1];
    for (let i = first; i >= start && i < end && page.length < window.limit; i += step) {
      const fact = facts[i]!;
      if (matches(fact, window)) page.push(fact);
    }
    return page;
  },
});
