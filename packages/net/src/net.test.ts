import fc from 'fast-check';
import { Address4, Address6 } from 'ip-address';
import { describe, expect, it } from 'vitest';
import {
  addressFromBytes,
  addressToBytes,
  compareAddresses,
  comparePrefixes,
  contains,
  formatAddress,
  formatPrefix,
  ipv4,
  ipv6,
  isIPv4Mapped,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isUniqueLocal,
  isUnspecified,
  mapIPv4,
  networkOf,
  parseAddress,
  parsePrefix,
  unmapIPv4,
} from './index.ts';

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const sparseWord = fc.oneof(fc.constant(0), fc.constant(1), word);
const anyIPv4 = word.map(ipv4);
const anyIPv6 = fc.tuple(sparseWord, sparseWord, sparseWord, sparseWord).map((words) => ipv6(...words));
const anyAddress = fc.oneof(anyIPv4, anyIPv6);

describe('text', () => {
  it('survives a round trip', () => {
    fc.assert(
      fc.property(anyAddress, (a) => {
        expect(parseAddress(formatAddress(a))).toEqual(a);
      }),
    );
  });

  it('agrees with ip-address on canonical IPv6', () => {
    fc.assert(
      fc.property(
        anyIPv6.filter((a) => !isIPv4Mapped(a)),
        (a) => {
          expect(formatAddress(a)).toBe(new Address6(formatAddress(a)).correctForm());
        },
      ),
    );
  });

  it('accepts exactly what ip-address accepts, zones and old-style tails aside', () => {
    const almost = fc.oneof(
      fc.stringMatching(/^[0-9a-f:.]{0,24}$/),
      anyAddress.map(formatAddress),
      fc
        .tuple(anyAddress.map(formatAddress), fc.nat(40), fc.constantFrom(':', '.', '0', 'g', ''))
        .map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at + 1)),
    );
    fc.assert(
      fc.property(almost, (text) => {
        const expected = text.includes(':') ? Address6.isValid(text) : Address4.isValid(text);
        expect(parseAddress(text) !== undefined, text).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['::', '::'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('writes %s as %s', (input, output) => {
    const address = parseAddress(input);
    expect(address && formatAddress(address)).toBe(output);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.256',
    '1::2::3',
    ':1::',
    '1:2:3:4:5:6:7:8::',
    'fe80::1%eth0',
    '1.2.3.4/8',
    ' 1.2.3.4',
  ])('refuses %j', (text) => expect(parseAddress(text)).toBeUndefined());

  it.each(['1.2.3.4', '1.2.3.4/', '1.2.3.4/33', '::/129', '1.2.3.4/08', '1.2.3.4/-1', '1.2.3.4/8/8'])(
    'refuses the prefix %j',
    (text) => expect(parsePrefix(text)).toBeUndefined(),
  );
});

describe('bytes', () => {
  it('survive a round trip', () => {
    fc.assert(
      fc.property(anyAddress, (a) => {
        expect(addressFromBytes(addressToBytes(a))).toEqual(a);
      }),
    );
  });

  it('of another length are no address', () => {
    for (const length of [0, 3, 5, 15, 17, 32])
      expect(addressFromBytes(new Uint8Array(length))).toBeUndefined();
  });
});

describe('order', () => {
  it('is numeric within a version', () => {
    const sorted = ['9.0.0.0', '10.0.0.0', '200.0.0.1', '::1', 'fe80::1'].map((text) => parseAddress(text)!);
    expect([...sorted].reverse().sort(compareAddresses)).toEqual(sorted);
    expect(comparePrefixes(parsePrefix('10.0.0.0/8')!, parsePrefix('10.0.0.0/9')!)).toBeLessThan(0);
  });
});

describe('prefixes', () => {
  it('contain what shares their leading bits', () => {
    fc.assert(
      fc.property(anyIPv6, fc.nat(128), (a, length) => {
        const prefix = { ...a, length };
        const oracle = new Address6(`${formatAddress(a)}/${length}`);
        expect(formatAddress(networkOf(prefix))).toBe(
          formatAddress(parseAddress(oracle.startAddress().correctForm())!),
        );
        expect(contains(networkOf(prefix), a)).toBe(true);
      }),
    );
    expect(contains(parsePrefix('192.0.2.0/24')!, parseAddress('192.0.3.0')!)).toBe(false);
    expect(contains(parsePrefix('0.0.0.0/0')!, parseAddress('::')!)).toBe(false);
    expect(formatPrefix(networkOf(parsePrefix('192.0.2.77/24')!))).toBe('192.0.2.0/24');
  });
});

describe('kinds', () => {
  it.each([
    ['127.1.2.3', isLoopback],
    ['::1', isLoopback],
    ['169.254.9.9', isLinkLocal],
    ['fe80::1', isLinkLocal],
    ['febf::1', isLinkLocal],
    ['224.0.0.1', isMulticast],
    ['ff02::1', isMulticast],
    ['fd00::1', isUniqueLocal],
    ['0.0.0.0', isUnspecified],
    ['::', isUnspecified],
    ['::ffff:1.2.3.4', isIPv4Mapped],
  ])('%s', (text, is) => {
    expect(is(parseAddress(text)!)).toBe(true);
    expect(is(parseAddress('192.0.2.1')!)).toBe(false);
    expect(is(parseAddress('2001:db8::1')!)).toBe(false);
  });

  it('maps and unmaps IPv4', () => {
    fc.assert(
      fc.property(anyIPv4, (a) => {
        expect(unmapIPv4(mapIPv4(a))).toEqual(a);
      }),
    );
  });
});
