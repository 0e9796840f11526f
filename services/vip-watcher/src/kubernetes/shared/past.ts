import type { RecordedFact } from '@vipcast/events';
import type { Log, Term } from '@vipcast/log';
import { writerOf } from './ledger.ts';

const SUFFIX = writerOf('');

/** The last epoch in which each node said something of the cluster. */
const lastTerms = (log: Pick<Log, 'terms'>): readonly Term[] => {
  const last = new Map<string, Term>();
  for (const term of log.terms())
    if (term.writer.endsWith(SUFFIX) && term.n > 0 && term.epoch > (last.get(term.writer)?.epoch ?? -1))
      last.set(term.writer, term);
  return [...last.values()];
};

/**
 * The facts that tell how things are: of each node the beginning and the end of its last epoch, and all since the
 * earliest term began that a node may still be in. A journal may hold years of them.
 */
export function* recentFacts(log: Log, until: number): Generator<RecordedFact, void> {
  let begin = until;
  const single: number[] = [];
  const factAt = (position: number): RecordedFact | undefined =>
    [...log.read({ after: position - 1, until: position })][0];
  for (const term of lastTerms(log)) {
    const [first, last] = [log.positionOf({ ...term, n: 1 }), log.positionOf(term)];
    // What is not there is held in memory, or was never heard: followers hear of the one, and the other shows as a gap.
    if (first === undefined || last === undefined) continue;
    const isTerm = factAt(first)?.type === 'kubernetes.TermBegan';
    if (isTerm && factAt(last)?.type !== 'kubernetes.TermEnded') begin = Math.min(begin, first - 1);
    else single.push(first, last);
  }
  for (const position of new Set(single.toSorted((a, b) => a - b))) {
    const fact = position <= begin ? factAt(position) : undefined;
    if (fact !== undefined) yield fact;
  }
  yield* log.read({ after: begin, until, aggregates: ['kubernetes'] });
}
