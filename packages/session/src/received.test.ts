import type { Prefix } from '@vipcast/net';
import type { Update } from '@vipcast/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countsOf, follow, MOST_RECEIVED, NOTHING_RECEIVED } from './received.ts';

const v4 = (n: number, length = 32): Prefix => ({ version: 4, w0: n, w1: 0, w2: 0, w3: 0, length });
const v6 = (n: number): Prefix => ({ version: 6, w0: 0x20010db8, w1: 0, w2: 0, w3: n, length: 128 });
const update = (change: Partial<Update>): Update => ({
  type: 'update',
  withdrawn: [],
  attributes: [],
  announced: [],
  errors: [],
  ...change,
});
const counted = (received: typeof NOTHING_RECEIVED) => [
  ...countsOf(received, ['ipv4-unicast', 'ipv6-unicast']).values(),
];

const few = fc.array(fc.nat(12));
const anyUpdate = fc.record({ withdrawn: few, announced: few, unreach: few, reach: few });

describe('what a peer announces', () => {
  it('is counted as a set is', () => {
    fc.assert(
      fc.property(fc.array(anyUpdate), (updates) => {
        const model4 = new Set<number>();
        const model6 = new Set<number>();
        let received = NOTHING_RECEIVED;
        for (const { withdrawn, announced, unreach, reach } of updates) {
          for (const n of withdrawn) model4.delete(n);
          for (const n of announced) model4.add(n);
          for (const n of unreach) model6.delete(n);
          for (const n of reach) model6.add(n);
          received = follow(
            received,
            update({
              withdrawn: withdrawn.map((n) => v4(n)),
              announced: announced.map((n) => v4(n)),
              attributes: [
                { kind: 'mp-unreach', family: 'ipv6-unicast', prefixes: unreach.map(v6) },
                { kind: 'mp-reach', family: 'ipv6-unicast', nextHops: [], prefixes: reach.map(v6) },
              ],
            }),
          );
          expect(counted(received)).toEqual([model4.size, model6.size]);
        }
      }),
    );
  });

  it('leaves the value before as it was', () => {
    const one = follow(NOTHING_RECEIVED, update({ announced: [v4(1)] }));
    follow(one, update({ withdrawn: [v4(1)], announced: [v4(2), v4(3)] }));
    expect(counted(one)).toEqual([1, 0]);
    expect(counted(follow(one, update({ withdrawn: [v4(1)] })))).toEqual([0, 0]);
    expect(counted(NOTHING_RECEIVED)).toEqual([0, 0]);
  });

  it('tells lengths apart', () => {
    expect(counted(follow(NOTHING_RECEIVED, update({ announced: [v4(0, 8), v4(0, 9)] })))).toEqual([2, 0]);
  });

  it('is the same value when no prefix is new', () => {
    const one = follow(NOTHING_RECEIVED, update({ announced: [v4(1)] }));
    expect(follow(one, update({ announced: [v4(1)], withdrawn: [v4(9)] }))).toBe(one);
    expect(follow(one, update({}))).toBe(one);
  });

  it('is no longer counted at the cap, for that family', () => {
    const many = Array.from({ length: MOST_RECEIVED + 5 }, (_, n) => v4(n));
    const full = follow(NOTHING_RECEIVED, update({ announced: many }));
    expect(counted(full)).toEqual([MOST_RECEIVED, 0]);
    expect(follow(full, update({ withdrawn: many }))).toBe(full);
    const reach = { kind: 'mp-reach', family: 'ipv6-unicast', nextHops: [], prefixes: [v6(1)] } as const;
    expect(counted(follow(full, update({ attributes: [reach] })))).toEqual([MOST_RECEIVED, 1]);
  });
});
