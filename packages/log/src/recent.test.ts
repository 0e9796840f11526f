import type { RecordedFact } from '@vipcast/events';
import { describe, expect, it } from 'vitest';
import { LINK } from './chain.ts';
import { encode } from './encoding.ts';
import { factPages } from './fact-pages.ts';
import type { StoredFact } from './log.ts';
import { createRecent } from './recent.ts';
import { sampleFacts } from './sample-facts.ts';

const fact = (position: number): RecordedFact =>
  ({ ...sampleFacts(1)[0], position, n: position, data: { position } }) as unknown as RecordedFact;
const facts = (...positions: readonly number[]) => positions.map(fact);
const bodies = (...positions: readonly number[]) => positions.map((position) => encode({ position }, LINK));

/** Facts up to 100 as another process has written them. */
function* storedFrom(after: number): Generator<StoredFact, void> {
  for (let position = after + 1; position <= 100; position++)
    yield { ...fact(position), data: encode('read once') } as StoredFact;
}

/** Recent facts in front of a file that has facts 1 to 100, each of which says that it was read. */
const recentOf = () => {
  const all = Array.from({ length: 100 }, (_, i) => ({ ...fact(i + 1), data: 'read' }));
  const read = all as unknown as readonly RecordedFact[];
  return createRecent({ ...factPages(read), stored: (after) => storedFrom(after) });
};
const dataOf = (recent: ReturnType<typeof recentOf>, after: number, until: number) =>
  recent.page({ after, until, limit: 512 }).map(({ position, data }) => [position, data]);

describe('recent facts', () => {
  it('are had unread by whoever has all that was before', () => {
    const recent = recentOf();
    recent.add(facts(50, 51), bodies(50, 51));
    recent.add(facts(52), bodies(52));
    expect(dataOf(recent, 49, 52)).toEqual([50, 51, 52].map((position) => [position, { position }]));
    expect(dataOf(recent, 51, 52)).toEqual([[52, { position: 52 }]]);
  });

  it('are read where something before or after them is missing', () => {
    const recent = recentOf();
    recent.add(facts(50, 51), bodies(50, 51));
    expect(dataOf(recent, 48, 51)).toEqual([49, 50, 51].map((position) => [position, 'read']));
    expect(dataOf(recent, 49, 52)).toEqual([50, 51, 52].map((position) => [position, 'read']));
    recent.add(facts(54), bodies(54));
    expect(dataOf(recent, 51, 54)).toEqual([52, 53, 54].map((position) => [position, 'read']));
    expect(dataOf(recent, 53, 54)).toEqual([[54, { position: 54 }]]);
  });

  it('are read where they are many, or large, and heard from another thread as from this one', () => {
    const recent = recentOf();
    const many = Array.from({ length: 65 }, (_, i) => i + 1);
    recent.add(facts(...many), bodies(...many));
    expect(recent.after(0)).toEqual([]);
    recent.add(facts(66), [Buffer.alloc(70_000)]);
    expect(recent.after(0)).toEqual([]);
    recent.add(facts(67), bodies(67));
    const other = recentOf();
    other.hear(structuredClone(recent.after(66)));
    expect(dataOf(other, 66, 67)).toEqual([[67, { position: 67 }]]);
  });

  it('are read once for all when others have added them', () => {
    const recent = recentOf();
    recent.add(facts(97, 98), bodies(97, 98));
    recent.reach(98);
    recent.reach(100);
    expect(dataOf(recent, 97, 100)).toEqual([
      [98, { position: 98 }],
      [99, 'read once'],
      [100, 'read once'],
    ]);
    const late = recentOf();
    late.reach(100);
    expect(dataOf(late, 98, 100)).toEqual([
      [99, 'read'],
      [100, 'read'],
    ]);
  });

  it('are chosen by aggregate', () => {
    const recent = recentOf();
    recent.add(facts(50), bodies(50));
    const [aggregate] = fact(50).type.split('.') as ['vip'];
    const window = { after: 49, until: 50, limit: 512 };
    expect(recent.page({ ...window, aggregates: [aggregate] })).toHaveLength(1);
    expect(recent.page({ ...window, aggregates: ['kubernetes'] })).toEqual([]);
  });
});
