import { firstLink, link, linkFrom } from './chain.ts';
import { decode } from './encoding.ts';
import { areIds, joinIds } from './ids.ts';
import type { ForeignFact, Ingested } from './log.ts';

/** What a log knows of a foreign writer. */
export interface Chronicle {
  /** The last link of its chain; the writer's first link when nothing is known of it. */
  head: string;
  /** The last n of each of its epochs. */
  readonly reached: Map<number, number>;
}

const bufferOf = (data: Uint8Array): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

const isReadable = (data: Uint8Array): boolean => {
  try {
    decode(data);
    return true;
  } catch {
    return false;
  }
};

const latestEpoch = ({ reached }: Chronicle): number => Math.max(0, ...reached.keys());

/**
 * Whether a fact follows what is known of its writer: its hash says after which fact it was recorded, so the facts of
 * two epochs may take turns, as two operators' commands do. A writer that lost its journal begins a new chain.
 */
const follows = (fact: ForeignFact, chronicle: Chronicle): boolean => {
  const hash = linkFrom(fact.hash);
  const after = (previous: string): boolean =>
    link(previous, fact, joinIds(fact), bufferOf(fact.data), 0) === hash;
  if (after(chronicle.head)) return true;
  return fact.n === 1 && fact.epoch > latestEpoch(chronicle) && after(firstLink(fact.writer));
};

/**
 * A fact that is taken although what was before it is missing: not of an epoch that is over, and not in the very place
 * after the last one, where its hash shows that one of the two is not what its writer recorded.
 */
const mayLeaveGap = ({ epoch, n }: ForeignFact, chronicle: Chronicle): boolean => {
  const reached = chronicle.reached.get(epoch) ?? 0;
  return epoch >= latestEpoch(chronicle) && (reached === 0 || n > reached + 1);
};

/** What is to become of a fact; the chronicle then includes it if it is to be recorded. */
export const ingestion = (fact: ForeignFact, chronicle: Chronicle, gaps: boolean): Ingested => {
  const { epoch, n } = fact;
  if (n <= (chronicle.reached.get(epoch) ?? 0)) return 'known';
  if (!areIds(fact) || !isReadable(fact.data)) return 'refused';
  if (!follows(fact, chronicle)) {
    if (!gaps) return 'early';
    if (!mayLeaveGap(fact, chronicle)) return 'refused';
  }
  chronicle.reached.set(epoch, n);
  chronicle.head = linkFrom(fact.hash);
  return 'recorded';
};
