import type { RecordedFact } from '@vipcast/events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Log } from './log.ts';
import type { Place } from './place.ts';
import { sampleFacts } from './sample-facts.ts';
import { verify } from './verify.ts';

const positions = (facts: Iterable<RecordedFact>): readonly number[] =>
  Array.from(facts, (fact) => fact.position);

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);

/** What every log promises to who follows it; a part of `describeLog`. */
export const describeFollowing = (place: () => Place): void => {
  describe('following', () => {
    let log: Log;
    beforeEach(() => {
      log = place().open();
    });

    it('gives the past before it returns, then the present, never inside append', async () => {
      const writer = log.writer('n7/speaker');
      const recorded = [...writer.append(sampleFacts(3))];
      const seen: RecordedFact[] = [];
      const following = log.follow({ after: 1 }, (facts) => seen.push(...facts));
      expect(seen).toEqual(recorded.slice(1));
      recorded.push(...writer.append(sampleFacts(2, 3)));
      recorded.push(...writer.append(sampleFacts(2, 5)));
      expect(seen).toHaveLength(2);
      await vi.waitFor(() => expect(following.position()).toBe(7));
      expect(seen).toEqual(recorded.slice(1));
    });

    it('hears of what others append', async () => {
      const other = place().open();
      const seen: RecordedFact[] = [];
      other.follow({ after: 0 }, (facts) => seen.push(...facts));
      const recorded = log.writer('n7/speaker').append(sampleFacts(4));
      await vi.waitFor(() => expect(seen).toEqual(recorded));
    });

    it('hears of what was appended just before a stop', async () => {
      const heard: RecordedFact[] = [];
      const following = log.follow({ after: 0 }, (facts) => heard.push(...facts));
      const other = place().open();
      other.writer('n7/cli').append(sampleFacts(1));
      if (other !== log) other.close();
      await vi.waitFor(() => expect(following.position()).toBe(1));
      expect(positions(heard)).toEqual([1]);
    });

    it('looks at once when told to', () => {
      const other = place().open();
      const seen: RecordedFact[] = [];
      other.follow({ after: 0 }, (facts) => seen.push(...facts));
      log.writer('n7/speaker').append(sampleFacts(4));
      other.refresh();
      expect(positions(seen)).toEqual([1, 2, 3, 4]);
    });

    it('hands over only the aggregates asked for, and goes past the others', async () => {
      const writer = log.writer('n7/speaker');
      writer.append(sampleFacts(2));
      const seen: RecordedFact[] = [];
      const following = log.follow({ after: 0, aggregates: ['vip', 'session'] }, (facts) =>
        seen.push(...facts),
      );
      writer.append(sampleFacts(6, 2));
      await vi.waitFor(() => expect(following.position()).toBe(8));
      expect(positions(seen)).toEqual([2, 3, 6, 7]);
    });

    it('takes a long history in batches', () => {
      log.writer('n7/speaker').append(sampleFacts(5000));
      const batches: (readonly RecordedFact[])[] = [];
      log.follow({ after: 0 }, (facts) => batches.push(facts));
      expect(positions(batches.flat())).toEqual(upTo(5000));
      expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThan(5000);
      expect(batches.every((batch) => batch.length > 0)).toBe(true);
    });

    it('stops when told to, also from inside', async () => {
      const writer = log.writer('n7/speaker');
      const heard: string[] = [];
      const first = log.follow({ after: 0 }, () => {
        heard.push('first');
        first.stop();
      });
      const second = log.follow({ after: 0 }, () => heard.push('second'));
      const third = log.follow({ after: 0 }, () => heard.push('third'));
      second.stop();
      writer.append(sampleFacts(1));
      await vi.waitFor(() => expect(third.position()).toBe(1));
      writer.append(sampleFacts(1));
      await vi.waitFor(() => expect(third.position()).toBe(2));
      expect(heard).toEqual(['first', 'third', 'third']);
    });

    it('lets a listener append, and is never inside itself', async () => {
      const writer = log.writer('n7/speaker');
      let depth = 0;
      const seen: number[] = [];
      log.follow({ after: 0 }, (facts) => {
        expect(depth++).toBe(0);
        seen.push(...positions(facts));
        if (seen.length < 5) writer.append(sampleFacts(1));
        log.refresh();
        depth--;
      });
      writer.append(sampleFacts(1));
      await vi.waitFor(() => expect(seen).toEqual([1, 2, 3, 4, 5]));
    });

    it('lets what a listener throws surface, serves the others and does not repeat', () => {
      const other = place().open();
      const writer = log.writer('n7/speaker');
      const tried: number[] = [];
      const served: number[] = [];
      other.follow({ after: 0 }, (facts) => {
        tried.push(...positions(facts));
        if (tried.length === 1) throw new Error('a bug');
      });
      other.follow({ after: 0 }, (facts) => served.push(...positions(facts)));
      other.writer('n7/other');
      const before = writer.append(sampleFacts(1));
      expect(() => other.refresh()).toThrow('a bug');
      writer.append(sampleFacts(1));
      other.refresh();
      expect([before.length, tried, served]).toEqual([1, [1, 2], [1, 2]]);
      expect(() =>
        other.follow({ after: 0 }, () => {
          throw new Error('another bug');
        }),
      ).toThrow('another bug');
    });

    it('loses and repeats nothing while three writers append', async () => {
      const seen: RecordedFact[][] = [[], []];
      for (const facts of seen)
        place()
          .open()
          .follow({ after: 0 }, (batch) => facts.push(...batch));
      const appendMany = async (name: string): Promise<void> => {
        const writer = place().open().writer(name);
        for (let i = 0; i < 100; i++) {
          writer.append(sampleFacts(1 + (i % 3), i));
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      await Promise.all(['n7/a', 'n7/b', 'n7/c'].map(appendMany));
      const total = 3 * (34 * 1 + 33 * 2 + 33 * 3);
      for (const facts of seen) {
        await vi.waitFor(() => expect(facts.length).toBe(total));
        expect(positions(facts)).toEqual(upTo(total));
        for (const writer of ['n7/a', 'n7/b', 'n7/c']) {
          const own = facts.filter((fact) => fact.writer === writer);
          expect(own.map((fact) => fact.n)).toEqual(upTo(total / 3));
        }
      }
      expect([...verify(log)]).toEqual([]);
    });
  });
};
