import type { RecordedFact } from '@vipcast/events';

const DEEPEST = 16;

/**
 * What led to a fact, the outside cause first, as far as `known` reaches. The head of the chain is also known by
 * its correlation id, so that a link lost in between does not hide it.
 */
export const causesOf = (
  known: ReadonlyMap<string, RecordedFact>,
  fact: RecordedFact,
): readonly RecordedFact[] => {
  const chain: RecordedFact[] = [];
  let next = known.get(fact.causationId) ?? known.get(fact.correlationId);
  while (next !== undefined && next.id !== fact.id && chain.length < DEEPEST) {
    chain.unshift(next);
    next = known.get(next.causationId);
  }
  return chain;
};
