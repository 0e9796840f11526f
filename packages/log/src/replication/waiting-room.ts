import type { ForeignFact, Ingested, Log } from '../log.ts';

/** Facts that came too early wait here for those before them. */
export interface WaitingRoom {
  /** Ingests these, and whatever waited for them. Gives what became of each. */
  take(facts: readonly ForeignFact[]): readonly Ingested[];
  /**
   * Stops waiting for what has not come for too long, or with too many waiting. Gives how many facts that let in.
   * @param longest how long is too long, in milliseconds
   */
  giveUp(longest?: number): number;
  /** How many wait. */
  size(): number;
  clear(): void;
}

interface Waiting {
  readonly since: number;
  facts: ForeignFact[];
}

const MOST = 50_000;

const inOrder = (facts: readonly ForeignFact[]): ForeignFact[] =>
  facts.toSorted((a, b) => a.epoch - b.epoch || a.n - b.n);

/**
 * @param patience how long to wait for what is missing, in milliseconds: a writer that hears of a hole ships again what
 * was in it
 */
export const createWaitingRoom = (
  log: Pick<Log, 'ingest'>,
  { now, patience }: { readonly now: () => number; readonly patience: number },
): WaitingRoom => {
  const waiting = new Map<string, Waiting>();
  let size = 0;

  const settle = (writer: string, facts: readonly ForeignFact[], since: number): void => {
    waiting.delete(writer);
    if (facts.length > 0) waiting.set(writer, { since, facts: [...facts] });
    size = [...waiting.values()].reduce((sum, each) => sum + each.facts.length, 0);
  };

  /** Tries those of one writer again, as long as one of them lets in another. */
  const retry = (writer: string, gaps: boolean): number => {
    const { facts = [], since = now() } = waiting.get(writer) ?? {};
    let left = inOrder(facts);
    let recorded = 0;
    for (let moved = true; moved && left.length > 0; ) {
      const outcomes = log.ingest(left, { gaps });
      const fresh = outcomes.filter((outcome) => outcome === 'recorded').length;
      left = left.filter((_, i) => outcomes[i] === 'early');
      recorded += fresh;
      moved = fresh > 0;
    }
    settle(writer, left, since);
    return recorded;
  };

  const keep = (fact: ForeignFact): void => {
    const room = waiting.get(fact.writer) ?? { since: now(), facts: [] };
    room.facts.push(fact);
    waiting.set(fact.writer, room);
    size += 1;
  };

  return {
    take: (facts) => {
      const outcomes = log.ingest(facts);
      const moved = new Set<string>();
      facts.forEach((fact, i) => {
        if (outcomes[i] === 'early') keep(fact);
        if (outcomes[i] === 'recorded' && waiting.has(fact.writer)) moved.add(fact.writer);
      });
      for (const writer of moved) retry(writer, false);
      return outcomes;
    },
    giveUp: (longest = patience) => {
      const late = [...waiting].filter(
        ([, { since }]) => size > MOST || longest === 0 || now() - since > longest,
      );
      return late.reduce((sum, [writer]) => sum + retry(writer, true), 0);
    },
    size: () => size,
    clear: () => {
      waiting.clear();
      size = 0;
    },
  };
};
