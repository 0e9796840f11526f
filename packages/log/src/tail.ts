import { firstLink } from './chain.ts';
import { condense } from './condense.ts';
import { type Chronicle, ingestion } from './ingestion.ts';
import { JournalError } from './journal-error.ts';
import type { ForeignFact, Held, Ingested, StoredFact, Term } from './log.ts';

/** Facts that cannot be written now, in memory, each with the place in its writer's account that it will have. */
export interface Tail {
  /** Takes facts as `Log.ingest` does. */
  take(facts: readonly ForeignFact[], gaps: boolean): readonly Ingested[];
  /**
   * What is known of a writer, with what it has here. Not to be changed.
   * @param remembered what holds where the journal cannot even be read
   */
  chronicleOf(writer: string, remembered?: Chronicle): Chronicle;
  /** The last n of a writer's epoch among the facts here; `undefined` when none is. */
  reached(place: Omit<Term, 'n'>): number | undefined;
  terms(): readonly Term[];
  /** The facts that came after a mark, at most so many. */
  after(mark: number, limit?: number): Held;
  /** Forgets the oldest facts, up to a mark: they are written. */
  drop(mark: number): void;
  size(): number;
}

/** So many facts are kept one by one; of more, those stay that tell how things are. */
const MOST = 20_000;

/** @param written what the journal says of a writer */
export const createTail = (written: (writer: string) => Chronicle): Tail => {
  let entries: { readonly mark: number; readonly fact: StoredFact }[] = [];
  let last = 0;
  let limit = MOST;
  const chronicles = new Map<string, Chronicle>();
  const terms = new Map<string, Term>();
  const keyOf = ({ writer, epoch }: Omit<Term, 'n'>): string => `${writer} ${epoch}`;

  const read = (writer: string): Chronicle | undefined => {
    try {
      return written(writer);
    } catch (error) {
      if (error instanceof JournalError) return undefined;
      throw error;
    }
  };

  const chronicleOf = (writer: string, remembered?: Chronicle): Chronicle => {
    // The journal moves on while nothing is here.
    if (entries.length === 0) chronicles.clear();
    const nothing = { head: firstLink(writer), reached: new Map<number, number>() };
    const known = chronicles.get(writer) ?? read(writer) ?? remembered ?? nothing;
    chronicles.set(writer, known);
    return known;
  };

  const keep = (fact: ForeignFact): void => {
    last += 1;
    entries.push({ mark: last, fact: { ...fact, position: 0, recordedAt: Date.now() } });
    terms.set(keyOf(fact), { writer: fact.writer, epoch: fact.epoch, n: fact.n });
    if (entries.length <= limit) return;
    const kept = new Set(condense(entries.map((entry) => entry.fact)));
    entries = entries.filter((entry) => kept.has(entry.fact));
    limit = Math.max(MOST, 2 * entries.length);
  };

  const indexAfter = (mark: number): number => {
    // Most often what is asked for is the end.
    let index = entries.length;
    while (index > 0 && (entries[index - 1]?.mark ?? 0) > mark) index -= 1;
    return index;
  };

  return {
    take: (facts, gaps) =>
      facts.map((fact) => {
        const chronicle = chronicleOf(fact.writer);
        const outcome = ingestion(fact, chronicle, gaps);
        if (outcome === 'recorded') keep(fact);
        return outcome;
      }),
    chronicleOf,
    reached: (place) => terms.get(keyOf(place))?.n,
    terms: () => [...terms.values()],
    after: (mark, most = entries.length) => {
      const from = indexAfter(mark);
      const found = entries.slice(from, from + most);
      return { facts: found.map(({ fact }) => fact), mark: found.at(-1)?.mark ?? Math.max(mark, last) };
    },
    drop: (mark) => {
      entries = entries.slice(indexAfter(mark));
      if (entries.length > 0) return;
      limit = MOST;
      chronicles.clear();
      terms.clear();
    },
    size: () => entries.length,
  };
};
