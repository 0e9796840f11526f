import {
  compareAddresses,
  contains,
  formatAddress,
  formatPrefix,
  ipv4,
  ipv6,
  networkOf,
  parseAddress,
} from '@vipcast/net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressRange, formatRange, rangesMeet } from './address-range.ts';

const read = (text: string) => addressRange.safeParse(text).data;
const range = (text: string) => {
  const found = read(text);
  if (!found) throw new Error(text);
  return found;
};

describe('a range', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.0-192.0.2.255'],
    ['192.0.2.7/32', '192.0.2.7-192.0.2.7'],
    ['192.0.2.10-192.0.2.20', '192.0.2.10-192.0.2.20'],
    ['192.0.2.10 - 192.0.2.20', '192.0.2.10-192.0.2.20'],
    ['2001:DB8::/64', '2001:db8::-2001:db8::ffff:ffff:ffff:ffff'],
    ['2001:db8::/33', '2001:db8::-2001:db8:7fff:ffff:ffff:ffff:ffff:ffff'],
    ['2001:db8::1/128', '2001:db8::1-2001:db8::1'],
    ['fd00::1-fd00::ffff', 'fd00::1-fd00::ffff'],
  ])('%s is %s', (text, expected) => {
    expect(formatRange(range(text))).toBe(expected);
  });

  it.each([
    '192.0.2.1',
    '192.0.2.1/24',
    '192.0.2.20-192.0.2.10',
    '192.0.2.1-2001:db8::1',
    '192.0.2.1-',
    '-192.0.2.1',
    '192.0.2.1-192.0.2.2-192.0.2.3',
    '192.0.2.0/33',
    '0.0.0.0/0',
    '128.0.0.0/2',
    '::/0',
    '127.0.0.0/8',
    '169.254.1.0/24',
    '223.255.255.0-224.0.0.5',
    '255.255.255.0/24',
    '::1/128',
    '::ffff:192.0.2.0/120',
    'fe80::/64',
    'ff02::/16',
    'web',
    '',
  ])('is not %j', (text) => {
    expect(read(text)).toBeUndefined();
  });
});

const v4 = fc.integer({ min: 0x0b00_0000, max: 0x7eff_ffff }).map(ipv4);
const v6 = fc
  .tuple(fc.integer({ min: 0x2000_0000, max: 0x3fff_ffff }), fc.nat(), fc.nat(), fc.nat())
  .map(([a, b, c, d]) => ipv6(a, b, c, d));
const address = fc.oneof(v4, v6);

describe('any range', () => {
  it('of a prefix has exactly the addresses that the prefix contains', () => {
    fc.assert(
      fc.property(address, fc.nat(128), address, (base, bits, other) => {
        const length = base.version === 4 ? 8 + (bits % 25) : 3 + (bits % 126);
        const prefix = networkOf({ ...base, length });
        const { first, last } = range(formatPrefix(prefix));
        const between = (one: typeof base) =>
          one.version === base.version &&
          compareAddresses(parseAddress(first)!, one) <= 0 &&
          compareAddresses(one, parseAddress(last)!) <= 0;
        expect(between(base)).toBe(true);
        expect(between(other)).toBe(contains(prefix, other));
      }),
    );
  });

  it('meets another if and only if an end of one lies in the other', () => {
    const pair = fc.oneof(fc.tuple(v4, v4), fc.tuple(v6, v6)).map((ends) => ends.toSorted(compareAddresses));
    fc.assert(
      fc.property(pair, pair, ([a, b], [c, d]) => {
        const has = (low: typeof a, high: typeof a, one: typeof a) =>
          low!.version === one!.version &&
          compareAddresses(low!, one!) <= 0 &&
          compareAddresses(one!, high!) <= 0;
        const expected = has(a, b, c) || has(a, b, d) || has(c, d, a) || has(c, d, b);
        const text = (low: typeof a, high: typeof a) =>
          range(`${formatAddress(low!)}-${formatAddress(high!)}`);
        expect(rangesMeet(text(a, b), text(c, d))).toBe(expected);
      }),
    );
  });
});
