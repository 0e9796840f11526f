import type { RecordedFact } from '@vipcast/events';
import { type Log, memoryLog, type Query } from '@vipcast/log';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from './failure.ts';
import { recallFrom } from './recall.ts';

const TOTAL = 2000;

const filled = memoryLog();
filled.writer('n1/speaker').append(
  Array.from({ length: TOTAL }, (_, i) => ({
    id: `id${i}`,
    type: 'node.Stopped',
    v: 1,
    subject: 'vipcast.test.n1.node.n1',
    at: i,
    causationId: `cause${i}`,
    correlationId: `head${i}`,
    data: { reason: `reason ${i}` },
  })),
);
const facts = [...filled.read()];

/** The log, and what it is asked. */
const watched = (): { readonly log: Log; readonly queries: Query[] } => {
  const queries: Query[] = [];
  const read: Log['read'] = (query = {}) => {
    queries.push(query);
    return filled.read(query);
  };
  return { log: { ...filled, read }, queries };
};

const FIELDS = Object.keys(facts[0]!) as (keyof RecordedFact)[];

describe('a recalled fact', () => {
  it('says of itself what it says in the log, in whatever order it is asked', () => {
    const position = fc.integer({ min: 1, max: TOTAL });
    const question = fc.tuple(position, fc.constantFrom(...FIELDS));
    fc.assert(
      fc.property(fc.array(position), fc.array(question, { minLength: 1 }), (first, questions) => {
        const recall = recallFrom(filled);
        for (const each of first) recall(each);
        for (const [each, field] of questions) expect(recall(each)[field]).toEqual(facts[each - 1]![field]);
      }),
    );
  });

  it('is the same one whenever it is asked for', () => {
    const recall = recallFrom(filled);
    expect(recall(7)).toBe(recall(7));
    expect(recall(7)).not.toBe(recall(8));
  });

  it('is not read before it is looked at, and never twice', () => {
    const { log, queries } = watched();
    const recall = recallFrom(log);
    const recalled = facts.map(({ position }) => recall(position));
    expect(recalled.map(({ position }) => position)).toEqual(facts.map(({ position }) => position));
    expect(queries).toEqual([]);
    expect(recalled.at(-1)!.id).toBe(`id${TOTAL - 1}`);
    expect(queries).toEqual([{ positions: [TOTAL] }]);
    for (const fact of recalled) expect(fact.data).toBeDefined();
    const read = queries.flatMap(({ positions }) => positions ?? []);
    expect(read.toSorted((a, b) => a - b)).toEqual(facts.map(({ position }) => position));
  });

  it('comes with others once many are looked at', () => {
    const { log, queries } = watched();
    const recall = recallFrom(log);
    for (const fact of facts.map(({ position }) => recall(position))) expect(fact.at).toBe(fact.position - 1);
    expect(queries.length).toBeLessThan(16);
  });

  it('that is not in the log is missed when it is looked at', () => {
    const fact = recallFrom(filled)(TOTAL + 1);
    expect(() => fact.id).toThrow(Failure);
  });
});
