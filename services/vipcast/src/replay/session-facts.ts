import { parseSubject, type RecordedFact } from '@vipcast/events';

/** The conclusions of one peer's sessions: by the epoch of its speaker, in order. */
export type Runs = ReadonlyMap<number, readonly RecordedFact[]>;

/** What sessions have concluded, by the log. */
export interface SessionFacts {
  take(fact: RecordedFact): void;
  /** Of one peer of one node. */
  of(node: string, peer: string): Runs;
}

/** How many prefixes a peer announces is said when a timer of the shell says so, and not concluded by a step. */
const isConclusion = ({ type }: RecordedFact): boolean =>
  type.startsWith('session.') && type !== 'session.PrefixesReceived';

const NONE: Runs = new Map();

/** Collects what sessions have concluded. */
export const collectSessionFacts = (): SessionFacts => {
  const bySubject = new Map<string, Map<number, RecordedFact[]>>();
  return {
    take: (fact) => {
      if (!isConclusion(fact)) return;
      const runs = bySubject.get(fact.subject) ?? new Map<number, RecordedFact[]>();
      bySubject.set(fact.subject, runs);
      const run = runs.get(fact.epoch);
      if (run === undefined) runs.set(fact.epoch, [fact]);
      else run.push(fact);
    },
    of: (node, peer) => {
      for (const [text, runs] of bySubject) {
        const subject = parseSubject(text);
        if (subject?.node === node && subject.id === peer) return runs;
      }
      return NONE;
    },
  };
};
