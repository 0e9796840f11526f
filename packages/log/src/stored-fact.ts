import type { Aggregate, RecordedFact } from '@vipcast/events';
import { decode } from './encoding.ts';
import type { StoredFact } from './log.ts';

/** The fact with its data decoded. */
export const decoded = (fact: StoredFact): RecordedFact =>
  ({ ...fact, data: decode(fact.data) }) as RecordedFact;

/** Whether a follower of these aggregates, or of all, wants the fact. */
export const isOf = (fact: StoredFact, aggregates: readonly Aggregate[] | undefined): boolean =>
  aggregates === undefined || aggregates.some((each) => fact.type.startsWith(`${each}.`));
