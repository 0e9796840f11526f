import { ipv4, ipv6, networkOf, type Prefix } from '@vipcast/net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodePrefixes, prefixesSize, writePrefixes } from './prefixes.ts';

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const anyPrefix = (version: 4 | 6): fc.Arbitrary<Prefix> =>
  fc
    .tuple(word, word, word, word, fc.nat(version === 4 ? 32 : 128))
    .map(([w0, w1, w2, w3, length]) => ({ ...(version === 4 ? ipv4(w0) : ipv6(w0, w1, w2, w3)), length }));

it.each([4, 6] as const)(
  'IPv%i prefixes come back without their host bits, whatever those were',
  (version) => {
    fc.assert(
      fc.property(fc.array(anyPrefix(version)), (prefixes) => {
        const bytes = new Uint8Array(prefixesSize(prefixes));
        expect(writePrefixes(bytes, 0, prefixes)).toBe(bytes.length);
        const networks = prefixes.map(networkOf);
        expect(decodePrefixes(bytes, 0, bytes.length, version)).toEqual(networks);
      }),
    );
  },
);

it.each([4, 6] as const)('IPv%i host bits received are dropped', (version) => {
  fc.assert(
    fc.property(anyPrefix(version), (prefix) => {
      const octets = (prefix.length + 7) >> 3;
      const words = [prefix.w0, prefix.w1, prefix.w2, prefix.w3];
      const sent = words
        .flatMap((w) => [w >>> 24, (w >>> 16) & 255, (w >>> 8) & 255, w & 255])
        .slice(0, octets);
      const bytes = Uint8Array.of(prefix.length, ...sent);
      expect(decodePrefixes(bytes, 0, bytes.length, version)).toEqual([networkOf(prefix)]);
    }),
  );
});
