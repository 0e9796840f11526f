import type { Log, Term } from '../log.ts';

/**
 * Listens to our own facts come back from the stream. An acknowledged fact that was lost shows as a hole between two
 * that were not.
 */
export interface Echo {
  /** Takes the next of our own facts as the stream has them; gives the first one missing before it, if any is. */
  missingBefore(fact: Term): Term | undefined;
  /** Begins anew. @param whole whether the stream is now read from what was its very first message */
  reset(whole: boolean): void;
}

const firstOf = ({ writer, epoch }: Term): Term => ({ writer, epoch, n: 1 });

/** @param terms how far each of our writers came in each epoch */
export const createEcho = (terms: () => ReturnType<Log['terms']>): Echo => {
  const heard = new Map<string, { epoch: number; n: number }>();
  let whole = false;

  /** The first fact that must lie between the last one heard of this writer and this one. */
  const between = ({ writer, epoch, n }: Term, last: { epoch: number; n: number }): Term | undefined => {
    if (epoch === last.epoch) return n > last.n + 1 ? { writer, epoch, n: last.n + 1 } : undefined;
    const own = terms().filter((term) => term.writer === writer && term.n > 0);
    const rest = own.find((term) => term.epoch === last.epoch && term.n > last.n);
    if (rest !== undefined) return { ...rest, n: last.n + 1 };
    const skipped = own.find((term) => term.epoch > last.epoch && term.epoch < epoch);
    if (skipped !== undefined) return firstOf(skipped);
    return n > 1 ? { writer, epoch, n: 1 } : undefined;
  };

  return {
    missingBefore: (fact) => {
      const last = heard.get(fact.writer) ?? (whole ? { epoch: 0, n: 0 } : undefined);
      const later =
        last === undefined || fact.epoch > last.epoch || (fact.epoch === last.epoch && fact.n > last.n);
      if (!later) return undefined;
      heard.set(fact.writer, { epoch: fact.epoch, n: fact.n });
      return last && between(fact, last);
    },
    reset: (fromStart) => {
      heard.clear();
      whole = fromStart;
    },
  };
};
