import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextOf, type Standing, sittingOf } from './election.ts';

const REST = 60_000;
const NOW = 10_000_000;
const all = (): boolean => true;
const standing = (node: string, more: Partial<Standing> = {}): Standing => ({
  ...{ node, offered: true, unheardAt: 0, since: undefined },
  ...more,
});

describe('an election', () => {
  it('leaves the one that sits, while it is there', () => {
    const standings = [standing('n1'), standing('n2', { since: 5 })];
    expect(sittingOf(standings, all)).toBe('n2');
    expect(sittingOf(standings, (node) => node !== 'n2')).toBeUndefined();
  });

  it('finds the first by name of those that are there and offered', () => {
    const standings = [standing('n3'), standing('n2'), standing('n1', { offered: false }), standing('n0')];
    expect(nextOf(standings, (node) => node !== 'n0', NOW, REST)).toBe('n2');
    expect(nextOf([], all, NOW, REST)).toBeUndefined();
  });

  it('passes over who did not hear the API server, for a while, and asks it last after that', () => {
    const standings = [standing('n1', { unheardAt: NOW }), standing('n2', { unheardAt: NOW - 5 })];
    expect(nextOf([...standings, standing('n3')], all, NOW, REST)).toBe('n3');
    expect(nextOf(standings, all, NOW, REST)).toBeUndefined();
    expect(nextOf(standings, all, NOW + REST + 5, REST)).toBe('n2');
  });

  it('leaves of two the one that began last', () => {
    expect(sittingOf([standing('n1', { since: 5 }), standing('n2', { since: 6 })], all)).toBe('n2');
  });

  it('has one answer, in whatever order facts came', () => {
    const any = fc.record({
      node: fc.stringMatching(/^n[0-9]$/),
      offered: fc.boolean(),
      unheardAt: fc.constantFrom(0, 1, 2),
      since: fc.option(fc.constantFrom(5, 6), { nil: undefined }),
    });
    const several = fc
      .uniqueArray(any, { selector: ({ node }) => node })
      .chain((each) => fc.tuple(fc.constant(each), fc.shuffledSubarray(each, { minLength: each.length })));
    fc.assert(
      fc.property(several, ([one, other]) => {
        expect(sittingOf(one, all)).toBe(sittingOf(other, all));
        expect(nextOf(one, all, NOW, REST)).toBe(nextOf(other, all, NOW, REST));
      }),
    );
  });
});
