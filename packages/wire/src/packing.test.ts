import { type Family, hostPrefix, ipv4, ipv6, mapIPv4, type Prefix, parseAddress } from '@vipcast/net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeUpdate,
  type PathAttribute,
  packAnnouncements,
  packWithdrawals,
  type Update,
  type WireContext,
} from './index.ts';

const context: WireContext = { fourOctetAs: true, maxMessageLength: 4096, external: true };
const extended: WireContext = { ...context, maxMessageLength: 65535 };
const attributes: PathAttribute[] = [
  { kind: 'as-path', segments: [{ kind: 'sequence', asns: [65000] }] },
  { kind: 'origin', origin: 'igp' },
];
const next4 = parseAddress('192.0.2.1')!;
const next6 = parseAddress('2001:db8::1')!;
const linkLocal = parseAddress('fe80::1')!;
const v4 = (length: number) =>
  Array.from({ length: 30_000 }, (_, i): Prefix => ({ ...ipv4(i << (32 - length)), length }));
const v6 = (length: number) =>
  Array.from({ length: 30_000 }, (_, i): Prefix => ({ ...ipv6(0x20010db8, i, 0, 0), length }));

const read = (bytes: Uint8Array, of: WireContext): Update => {
  const result = decodeUpdate(bytes, of);
  if (!result.ok) throw new Error(result.error.message);
  expect(result.value.errors).toEqual([]);
  return result.value;
};
const routes = (update: Update, kind: 'mp-reach' | 'mp-unreach'): readonly Prefix[] => {
  const attribute = update.attributes[0];
  return attribute?.kind === kind ? attribute.prefixes : [];
};

describe('an UPDATE is filled to the last byte', () => {
  // The arithmetic: limit − header 19 − lengths 4 − attributes, over the size of a prefix.
  it.each<[string, Family, Prefix[], (typeof next4)[], boolean, WireContext, number]>([
    ['/32, classic', 'ipv4-unicast', v4(32), [next4], true, context, 810],
    ['/24, classic', 'ipv4-unicast', v4(24), [next4], true, context, 1013],
    ['/32, classic, extended messages', 'ipv4-unicast', v4(32), [next4], true, extended, 13_098],
    ['/128', 'ipv6-unicast', v6(128), [next6], false, context, 237],
    ['/64', 'ipv6-unicast', v6(64), [next6], false, context, 448],
    ['/48', 'ipv6-unicast', v6(48), [next6], false, context, 576],
    ['/128, two next hops', 'ipv6-unicast', v6(128), [next6, linkLocal], false, context, 236],
    ['/64, two next hops', 'ipv6-unicast', v6(64), [next6, linkLocal], false, context, 446],
    ['/48, two next hops', 'ipv6-unicast', v6(48), [next6, linkLocal], false, context, 574],
    ['/128, extended messages', 'ipv6-unicast', v6(128), [next6], false, extended, 3851],
  ])('%s', (_name, family, prefixes, nextHops, classic, of, expected) => {
    const packed = packAnnouncements({ family, prefixes, attributes, nextHops, context: of, classic });
    expect(packed[0]!.count).toBe(expected);
    const read0 = read(packed[0]!.bytes, of);
    const first = classic ? read0.announced : routes(read0, 'mp-reach');
    expect(first).toHaveLength(expected);
    expect(packed.reduce((sum, { count }) => sum + count, 0)).toBe(prefixes.length);
  });

  it.each<[string, Family, Prefix[], boolean, number]>([
    ['/32, classic', 'ipv4-unicast', v4(32), true, 814],
    ['/128', 'ipv6-unicast', v6(128), false, 239],
  ])('withdrawals of %s', (_name, family, prefixes, classic, expected) => {
    expect(packWithdrawals({ family, prefixes, context, classic })[0]!.count).toBe(expected);
  });
});

describe('form', () => {
  const prefixes = [hostPrefix(ipv4(0xc633640a))];
  const announce = (nextHops: (typeof next4)[], classic: boolean, family: Family = 'ipv4-unicast') =>
    read(
      packAnnouncements({
        family,
        prefixes: family === 'ipv4-unicast' ? prefixes : [hostPrefix(next6)],
        attributes,
        nextHops,
        context,
        classic,
      })[0]!.bytes,
      context,
    );
  const kinds = (update: Update) => update.attributes.map(({ kind }) => kind);

  it('is classic for IPv4 routes with one IPv4 next hop, when asked for', () => {
    const update = announce([next4], true);
    expect(kinds(update)).toEqual(['origin', 'as-path', 'next-hop']);
    expect(update.announced).toEqual(prefixes);
  });

  it.each([
    ['IPv4 routes, IPv4 next hop, not asked for classic', [next4], false],
    ['IPv4 routes, IPv6 next hop (RFC 8950)', [next6], true],
    ['IPv4 routes, IPv6 and link-local next hop', [next6, linkLocal], true],
  ])('is MP_REACH first for %s', (_name, nextHops, classic) => {
    const update = announce(nextHops, classic);
    expect(kinds(update)).toEqual(['mp-reach', 'origin', 'as-path']);
    expect(update.attributes[0]).toEqual({ kind: 'mp-reach', family: 'ipv4-unicast', nextHops, prefixes });
    expect(update.announced).toEqual([]);
  });

  it.each([[mapIPv4(next4)], [next4]])('keeps an IPv4 next hop for IPv6 routes at 16 bytes', (nextHop) => {
    const [packed] = packAnnouncements({
      family: 'ipv6-unicast',
      prefixes: [hostPrefix(next6)],
      attributes,
      nextHops: [nextHop],
      context,
    });
    expect(packed!.bytes.toHex()).toContain('000201' + '10' + '00000000000000000000ffffc0000201' + '00');
  });

  it('adds AS4_PATH for a peer with two-octet AS numbers', () => {
    const old = { ...context, fourOctetAs: false };
    const wide: PathAttribute[] = [
      { kind: 'origin', origin: 'igp' },
      { kind: 'as-path', segments: [{ kind: 'sequence', asns: [4_200_000_000] }] },
    ];
    const [packed] = packAnnouncements({
      family: 'ipv4-unicast',
      prefixes,
      attributes: wide,
      nextHops: [next4],
      context: old,
      classic: true,
    });
    // ORIGIN, AS_PATH of AS_TRANS, NEXT_HOP, AS4_PATH.
    expect(packed!.bytes.subarray(23).toHex()).toBe(
      '40010100' + '400204' + '02015ba0' + '400304c0000201' + 'c01106' + '0201fa56ea00' + '20c633640a',
    );
    expect(read(packed!.bytes, old).attributes[1]).toEqual(wide[1]);
    const [plain] = packAnnouncements({
      family: 'ipv4-unicast',
      prefixes,
      attributes,
      nextHops: [next4],
      context: old,
      classic: true,
    });
    expect(plain!.bytes.toHex()).not.toContain('c011');
  });

  it('carries MP_REACH before anything else on the wire', () => {
    const [packed] = packAnnouncements({
      family: 'ipv4-unicast',
      prefixes,
      attributes,
      nextHops: [next6],
      context,
    });
    expect(packed!.bytes.subarray(19).toHex()).toBe(
      `${`00000000`.slice(0, 4)}002b900e001a0001011020010db80000000000000000000000010020c633640a4001010040020602010000fde8`,
    );
  });

  it('refuses attributes that leave no room, and a missing next hop', () => {
    const communities = Array.from({ length: 1020 }, (_, i) => i);
    const large: PathAttribute[] = [...attributes, { kind: 'communities', communities }];
    const of = { family: 'ipv4-unicast', prefixes, context } as const;
    expect(() => packAnnouncements({ ...of, attributes: large, nextHops: [next4] })).toThrow(RangeError);
    expect(() => packAnnouncements({ ...of, attributes, nextHops: [] })).toThrow(RangeError);
  });

  it('is nothing for no prefixes', () => {
    expect(
      packAnnouncements({ family: 'ipv4-unicast', prefixes: [], attributes, nextHops: [next4], context }),
    ).toEqual([]);
    expect(packWithdrawals({ family: 'ipv6-unicast', prefixes: [], context })).toEqual([]);
  });
});

describe('packing', () => {
  const anyPrefix = fc.tuple(fc.nat(0xffff_ffff), fc.nat(32)).map(([word, length]) => ({ word, length }));
  const anyRoutes = fc.array(anyPrefix, { minLength: 1, maxLength: 400 });

  it('keeps every prefix, once and in order, and wastes no room', () => {
    fc.assert(
      fc.property(
        anyRoutes,
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 80, max: 300 }),
        (items, six, classic, limit) => {
          const of = { ...context, maxMessageLength: limit };
          const family: Family = six ? 'ipv6-unicast' : 'ipv4-unicast';
          const prefixes = items.map(({ word, length }): Prefix => {
            const kept = length === 0 ? 0 : word & (-1 << (32 - length));
            return { ...(six ? ipv6(kept, 0, 0, 0) : ipv4(kept)), length };
          });
          const flat = classic && !six;
          const out = packAnnouncements({
            family,
            prefixes,
            attributes,
            nextHops: [six ? next6 : next4],
            context: of,
            classic,
          });
          const back = out.flatMap(({ bytes, count }) => {
            const update = read(bytes, of);
            const found = flat ? update.announced : routes(update, 'mp-reach');
            expect(found).toHaveLength(count);
            return found;
          });
          expect(back).toEqual(prefixes);
          const gone = packWithdrawals({ family, prefixes, context: of, classic }).flatMap(({ bytes }) => {
            const update = read(bytes, of);
            return flat ? update.withdrawn : routes(update, 'mp-unreach');
          });
          expect(gone).toEqual(prefixes);
          let at = 0;
          for (const { bytes, count } of out.slice(0, -1)) {
            at += count;
            expect(bytes.length + 1 + ((prefixes[at]!.length + 7) >> 3)).toBeGreaterThan(limit);
          }
        },
      ),
    );
  });
});
