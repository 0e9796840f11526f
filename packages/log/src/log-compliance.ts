import type { Aggregate, NewFact, RecordedFact } from '@vipcast/events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeFollowing } from './following-compliance.ts';
import type { Log, Query } from './log.ts';
import type { Place } from './place.ts';
import { sampleFacts } from './sample-facts.ts';
import { verify } from './verify.ts';

const positions = (facts: Iterable<RecordedFact>): readonly number[] =>
  Array.from(facts, (fact) => fact.position);

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);

const asked = (fact: RecordedFact, query: Query): boolean =>
  fact.position > (query.after ?? 0) &&
  fact.position <= (query.until ?? Number.POSITIVE_INFINITY) &&
  (query.positions ?? [fact.position]).includes(fact.position) &&
  fact.recordedAt <= (query.before ?? Number.POSITIVE_INFINITY) &&
  fact.at <= (query.decidedBy ?? Number.POSITIVE_INFINITY) &&
  (query.subject ?? fact.subject) === fact.subject &&
  (query.aggregates ?? [fact.subject.split('.')[3]]).some((name) => name === fact.subject.split('.')[3]);

export type { Place };

/** What every log promises. `makePlace` gives a new, empty one. */
export const describeLog = (name: string, makePlace: () => Place): void => {
  describe(name, () => {
    let place: Place;
    let log: Log;
    beforeEach(() => {
      place = makePlace();
      log = place.open();
    });
    afterEach(() => place.clean());

    describe('appending', () => {
      it('starts with nothing', () => {
        expect([log.last(), [...log.read()], log.terms()]).toEqual([0, [], []]);
      });

      it('gives each fact its place and keeps all the rest', () => {
        const facts = sampleFacts(6);
        const before = Date.now();
        const writer = log.writer('n7/speaker');
        const recorded = [...writer.append(facts.slice(0, 2)), ...writer.append(facts.slice(2))];
        expect(recorded).toEqual(
          facts.map((fact, i) => ({
            ...fact,
            writer: 'n7/speaker',
            epoch: 1,
            n: i + 1,
            position: i + 1,
            hash: expect.any(Uint8Array),
            recordedAt: expect.any(Number),
          })),
        );
        expect(recorded.every((fact) => fact.hash.length === 16)).toBe(true);
        expect(new Set(recorded.map((fact) => fact.hash.join())).size).toBe(6);
        expect(recorded.every((fact) => fact.recordedAt >= before && fact.recordedAt <= Date.now())).toBe(
          true,
        );
        expect([...place.open().read()]).toEqual(recorded);
      });

      it('gives data back as it was', () => {
        const writer = log.writer('n7/speaker');
        const [fact] = sampleFacts(1) as [NewFact];
        // MessagePack's integers know no -0, and a key `__proto__` is defused: see below.
        const json = fc
          .json()
          .filter((text) => !text.includes('__proto__'))
          .map((text) => JSON.parse(text));
        const double = fc.double({ noNaN: true }).map((number) => number + 0);
        const value = fc.oneof(json, fc.uint8Array(), double, fc.string({ unit: 'binary' }));
        fc.assert(
          fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), value), (data) => {
            const [{ position }] = writer.append([{ ...fact, data } as unknown as NewFact]) as [RecordedFact];
            const [read] = log.read({ after: position - 1 });
            expect(read?.data).toEqual(data);
          }),
        );
        expect([...verify(log)]).toEqual([]);
      });

      it('leaves out what is undefined', () => {
        const [fact] = sampleFacts(1) as [NewFact];
        log
          .writer('n7/speaker')
          .append([{ ...fact, data: { reason: 'x', more: undefined } } as unknown as NewFact]);
        const [read] = log.read();
        expect(read?.data).toStrictEqual({ reason: 'x' });
      });

      it('reads a key that would set a prototype as a harmless one', () => {
        const [fact] = sampleFacts(1) as [NewFact];
        log.writer('n7/speaker').append([{ ...fact, data: JSON.parse('{"__proto__":{"admin":true}}') }]);
        const [read] = log.read();
        expect(read?.data).not.toHaveProperty('admin');
        expect(Object.getPrototypeOf(read?.data)).toBe(Object.prototype);
      });

      it('does nothing for no facts', () => {
        expect(log.writer('n7/speaker').append([])).toEqual([]);
        expect(log.last()).toBe(0);
      });

      it('records all or nothing', () => {
        const writer = log.writer('n7/speaker');
        const [one, two, three] = sampleFacts(3) as [NewFact, NewFact, NewFact];
        const data = {
          get reason(): string {
            throw new Error('unreadable');
          },
        };
        expect(() => writer.append([one, { ...two, data } as NewFact])).toThrow('unreadable');
        expect(log.last()).toBe(0);
        expect(writer.append([three])).toMatchObject([{ position: 1, n: 1, id: three.id }]);
        expect([...verify(log)]).toEqual([]);
      });
    });

    describe('epochs', () => {
      it('are claimed one after the other, each writer for itself', () => {
        const epochs = ['a', 'b', 'a', 'a', 'b'].map((name) => place.open().writer(name).epoch);
        expect(epochs).toEqual([1, 1, 2, 3, 2]);
      });

      it('begin again with n = 1, in the same chain', () => {
        const facts = sampleFacts(5);
        const first = log.writer('n7/speaker');
        first.append(facts.slice(0, 2));
        const second = place.open().writer('n7/speaker');
        second.append(facts.slice(2, 4));
        first.append(facts.slice(4));
        expect(Array.from(log.read(), (fact) => [fact.epoch, fact.n])).toEqual([
          [1, 1],
          [1, 2],
          [2, 1],
          [2, 2],
          [1, 3],
        ]);
        expect(log.terms()).toEqual([
          { writer: 'n7/speaker', epoch: 1, n: 3 },
          { writer: 'n7/speaker', epoch: 2, n: 2 },
        ]);
        expect([...verify(log)]).toEqual([]);
      });
    });

    describe('reading', () => {
      it('gives what the query asks for', () => {
        const writer = log.writer('n7/speaker');
        for (let i = 0; i < 60; i += 3) writer.append(sampleFacts(3, i));
        const all = [...log.read()];
        const place = fc.integer({ min: 0, max: 65 });
        const aggregates: readonly Aggregate[] = ['node', 'vip', 'route', 'operator'];
        const query = fc.record(
          {
            after: place,
            until: place,
            before: fc.constantFrom(...all.flatMap((fact) => [fact.recordedAt, fact.recordedAt - 1])),
            positions: fc.array(place),
            decidedBy: fc.constantFrom(...all.flatMap((fact) => [fact.at, fact.at - 0.5])),
            aggregates: fc.subarray([...aggregates]),
            subject: fc.constantFrom(...all.map((fact) => fact.subject), 'vipcast.test.n7.vip.none'),
            limit: place,
            reverse: fc.boolean(),
          },
          { requiredKeys: [] },
        );
        fc.assert(
          fc.property(query, (query) => {
            const wanted = all.filter((fact) => asked(fact, query));
            if (query.reverse) wanted.reverse();
            expect([...log.read(query)]).toEqual(wanted.slice(0, query.limit));
          }),
          { numRuns: 300 },
        );
      });

      it('takes a long log in any direction, from any end', () => {
        const writer = log.writer('n7/speaker');
        writer.append(sampleFacts(2500));
        expect(positions(log.read())).toEqual(upTo(2500));
        expect(positions(log.read({ reverse: true }))).toEqual(upTo(2500).toReversed());
        expect(positions(log.read({ reverse: true, limit: 1500 }))).toEqual(
          upTo(2500).slice(1000).toReversed(),
        );
        expect(positions(log.read({ aggregates: ['vip'] }))).toEqual(upTo(2500).filter((n) => n % 4 === 2));
      });

      it('ends with what is last when it begins, and can begin again', () => {
        const writer = log.writer('n7/speaker');
        writer.append(sampleFacts(3));
        const facts = log.read();
        const seen: number[] = [];
        for (const fact of facts) {
          seen.push(fact.position);
          writer.append(sampleFacts(1));
        }
        expect(seen).toEqual([1, 2, 3]);
        expect(positions(facts)).toEqual([1, 2, 3, 4, 5, 6]);
      });
    });

    describeFollowing(() => place);
  });
};
