import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalText, hashOf } from './canonical.ts';

it('is the same for equal data, however it was put together', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything({ withBigInt: true })), (fields) => {
      const turned = Object.fromEntries(Object.entries(fields).reverse());
      expect(canonicalText(turned)).toBe(canonicalText(fields));
      expect(canonicalText(new Map(Object.entries(turned)))).toBe(
        canonicalText(new Map(Object.entries(fields))),
      );
      expect(canonicalText(new Set(Object.keys(turned)))).toBe(canonicalText(new Set(Object.keys(fields))));
    }),
  );
});

it.each<[unknown, unknown]>([
  [1, '1'],
  [1n, 1],
  [null, undefined],
  [[], ['']],
  [
    [1, 2],
    [2, 1],
  ],
  [{ a: 1 }, { a: 2 }],
  [{ a: null }, {}],
  [Uint8Array.of(1), Uint8Array.of(2)],
  [Uint8Array.of(1), [1]],
  [new Set(['a']), new Set(['b'])],
  [new Map([['a', 1]]), new Map([['a', 2]])],
])('tells case %# apart', (one, other) => {
  expect(canonicalText(one)).not.toBe(canonicalText(other));
  expect(hashOf(one)).not.toBe(hashOf(other));
});

it('is a SHA-256', () => {
  // FIPS 180-4 example: the hash of "abc"; canonical text of a text has its quotes.
  expect(hashOf('abc')).toBe('6cc43f858fbb763301637b5af970e2a46b46f461f27e5a0f41e009c59b827b25');
});
