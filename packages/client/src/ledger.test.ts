import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Counted, createLedger } from './ledger.ts';

const PATIENCE = 30;
const ledger = (whole = true) => createLedger<Counted>({ whole: () => whole, patience: PATIENCE });
const fact = (n: number, epoch = 1, writer = 'n1/speaker'): Counted => ({ writer, epoch, n });
const ns = (facts: readonly Counted[]): readonly number[] => facts.map(({ n }) => n);

describe('a ledger', () => {
  it('lets each fact through once', () => {
    const { take } = ledger();
    expect([1, 2, 2, 1, 3].flatMap((n) => ns(take(fact(n), 0)))).toEqual([1, 2, 3]);
  });

  it('has those wait that overtook others', () => {
    const { take, waiting } = ledger();
    expect([1, 3, 4, 3].flatMap((n) => ns(take(fact(n), 0)))).toEqual([1]);
    expect(waiting()).toBe(2);
    expect(ns(take(fact(2), 0))).toEqual([2, 3, 4]);
    expect(waiting()).toBe(0);
  });

  it('has a later epoch wait for an earlier one', () => {
    const { take } = ledger();
    take(fact(1), 0);
    expect(take(fact(3), 0)).toEqual([]);
    expect(take(fact(1, 2), 0)).toEqual([]);
    expect(take(fact(2), 0)).toEqual([fact(2), fact(3), fact(1, 2)]);
  });

  it('gives up on what is missing, says so, and takes it should it come yet', () => {
    const { take, giveUp } = ledger();
    take(fact(1), 0);
    for (const n of [5, 6, 8]) take(fact(n), 10);
    expect(giveUp(40)).toEqual({ facts: [], gaps: [] });
    const { facts, gaps } = giveUp(41);
    expect(ns(facts)).toEqual([5, 6, 8]);
    expect(gaps).toEqual([
      { writer: 'n1/speaker', epoch: 1, from: 2, to: 4 },
      { writer: 'n1/speaker', epoch: 1, from: 7, to: 7 },
    ]);
    expect([3, 3, 2, 7, 4, 9].flatMap((n) => ns(take(fact(n), 50)))).toEqual([3, 2, 7, 4, 9]);
  });

  it('that begins in the middle takes no facts from before', () => {
    const { take } = ledger(false);
    expect([7, 8, 6, 9].flatMap((n) => ns(take(fact(n, 3), 0)))).toEqual([7, 8, 9]);
    expect(take(fact(1, 2), 0)).toEqual([]);
    expect(take(fact(1, 4), 0)).toEqual([fact(1, 4)]);
    expect(take(fact(3, 5), 0)).toEqual([]);
  });

  it('lets everything through once and in order, whatever comes twice or late', () => {
    const place = fc.record({
      writer: fc.constantFrom('a/x', 'a/y', 'b/x'),
      late: fc.integer({ min: 0, max: 6 }),
      again: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 60 }), (places) => {
        const counts = new Map<string, number>();
        const sent = places.map(({ writer }) => {
          const n = (counts.get(writer) ?? 0) + 1;
          counts.set(writer, n);
          return fact(n, 1, writer);
        });
        const arrivals = places
          .flatMap(({ late, again }, i) =>
            Array.from({ length: again + 1 }, (_, round) => ({
              at: i + (round === 0 ? late : round * 3),
              fact: sent[i]!,
            })),
          )
          .toSorted((a, b) => a.at - b.at);
        const { take, waiting } = ledger();
        const passed = arrivals.flatMap((each) => take(each.fact, each.at));
        for (const writer of counts.keys())
          expect(passed.filter((each) => each.writer === writer)).toEqual(
            sent.filter((each) => each.writer === writer),
          );
        expect(waiting()).toBe(0);
      }),
    );
  });
});
