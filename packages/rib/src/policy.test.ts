import { type Address, FAMILIES, hostPrefix, ipv4, parseAddress } from '@vipcast/net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AdvertisementRule,
  decidePolicy,
  firstMatch,
  type PolicyRule,
  type PolicySet,
  type PolicySubject,
} from './policy.ts';

const NOTHING: PolicySet = {
  communities: [],
  extendedCommunities: [],
  largeCommunities: [],
  localPref: null,
  med: null,
  prepend: 0,
  nextHop: null,
};

const advertisement = (
  name: string,
  set: Partial<PolicySet> = {},
  only: Partial<AdvertisementRule> = {},
): AdvertisementRule => ({ name, peers: null, families: null, set: { ...NOTHING, ...set }, ...only });

const rule = (set: Partial<PolicySet>, action: PolicyRule['action'] = 'accept'): PolicyRule => ({
  match: { vips: null, peers: ['tor1'], families: null, prefixes: null },
  action,
  set: { ...NOTHING, ...set },
});

const web: PolicySubject = {
  vips: ['web'],
  peer: 'tor1',
  family: 'ipv4-unicast',
  prefix: hostPrefix(ipv4(0xc000020a)),
};

/** `gold`, for the addresses of one range. */
const within = (first: string, last: string): readonly AdvertisementRule[] => {
  const range = { first: parseAddress(first) as Address, last: parseAddress(last) as Address };
  return [advertisement('gold', {}, { addresses: [range] })];
};

const selectedBy = (...advertisements: readonly string[]): PolicySubject => ({ ...web, advertisements });

const decide = (
  advertisements: readonly AdvertisementRule[] | null,
  subject: PolicySubject,
  rules: readonly PolicyRule[] = [],
) => decidePolicy({ advertisements, rules }, subject);

const setOf = (decision: ReturnType<typeof decidePolicy>): PolicySet | undefined => {
  if ('refused' in decision) throw new Error(decision.refused);
  return decision.set;
};

describe('without advertisements', () => {
  it('every VIP goes to every peer, also while it still names some', () => {
    expect(decide(null, web)).toEqual({ key: '-1', set: undefined });
    expect(decide(null, selectedBy('gold'))).toEqual({ key: '-1', set: undefined });
    expect(decide(null, selectedBy())).toEqual({ key: '-1', set: undefined });
  });
});

describe('with advertisements', () => {
  it('a VIP that needs none goes out as before', () => {
    expect(decide([], web)).toEqual({ key: '-1', set: undefined });
    expect(setOf(decide([advertisement('gold', { med: 1 })], web, [rule({ med: 2 })]))?.med).toBe(2);
  });

  it.each([
    ['selected by none', [advertisement('gold')], selectedBy(), false],
    ['selected by one that is not for this node', [], selectedBy('gold'), false],
    ['selected', [advertisement('gold')], selectedBy('gold'), true],
    ['for another peer', [advertisement('gold', {}, { peers: ['tor2'] })], selectedBy('gold'), false],
    ['for this peer', [advertisement('gold', {}, { peers: ['tor2', 'tor1'] })], selectedBy('gold'), true],
    [
      'for no family of it',
      [advertisement('gold', {}, { families: ['ipv6-unicast'] })],
      selectedBy('gold'),
      false,
    ],
    ['whose address ends a range', within('192.0.2.1', '192.0.2.10'), selectedBy('gold'), true],
    ['whose address begins a range', within('192.0.2.10', '192.0.2.99'), selectedBy('gold'), true],
    ['whose address is outside', within('192.0.2.11', '192.0.2.99'), selectedBy('gold'), false],
    ['whose address is of another family', within('::', 'ffff::'), selectedBy('gold'), false],
    [
      'let out by the second alone',
      [advertisement('gold', {}, { peers: ['tor2'] }), advertisement('all')],
      selectedBy('gold', 'all'),
      true,
    ],
  ] as const)('a VIP %s', (_, advertisements, subject, goes) => {
    expect('set' in decide(advertisements, subject)).toBe(goes);
  });

  it('adds communities up and takes each other attribute from the first that sets it', () => {
    const high = advertisement('high', {
      communities: [1, 2],
      med: 10,
      largeCommunities: [{ global: 1, local1: 2, local2: 3 }],
    });
    const low = advertisement('low', {
      communities: [2, 3],
      largeCommunities: [{ global: 1, local1: 2, local2: 3 }],
      extendedCommunities: [7n],
      med: 20,
      localPref: 200,
      prepend: 2,
    });
    const silent = advertisement('silent', { communities: [9] });
    expect(setOf(decide([high, low, silent], selectedBy('low', 'high')))).toEqual({
      communities: [1, 2, 3],
      extendedCommunities: [7n],
      largeCommunities: [{ global: 1, local1: 2, local2: 3 }],
      localPref: 200,
      med: 10,
      prepend: 2,
      nextHop: null,
    });
  });

  it('lets a rule of the file come first, and reject', () => {
    const gold = advertisement('gold', { communities: [1], med: 10, nextHop: parseAddress('192.0.2.9')! });
    const set = setOf(decide([gold], selectedBy('gold'), [rule({ communities: [5], med: 50 })]));
    expect(set).toMatchObject({ communities: [5, 1], med: 50, nextHop: parseAddress('192.0.2.9') });
    expect(decide([gold], selectedBy('gold'), [rule({}, 'reject')])).toEqual({
      refused: 'rejected by policy[0]',
    });
  });

  it('refuses more communities than an UPDATE holds', () => {
    const many = (name: string, from: number) =>
      advertisement(name, { communities: Array.from({ length: 300 }, (_, i) => from + i) });
    expect(decide([many('a', 0)], selectedBy('a'))).toHaveProperty('set');
    expect(decide([many('a', 0), many('b', 1000)], selectedBy('a', 'b'))).toHaveProperty('refused');
    expect(decide([many('a', 0), many('b', 0)], selectedBy('a', 'b'))).toHaveProperty('set');
  });
});

describe('any policy', () => {
  const names = ['a', 'b', 'c', 'd'];
  const set = fc.record({
    communities: fc.array(fc.nat(3), { maxLength: 3 }),
    extendedCommunities: fc.constant([]),
    largeCommunities: fc.constant([]),
    localPref: fc.option(fc.nat(2)),
    med: fc.option(fc.nat(2)),
    prepend: fc.nat(2),
    nextHop: fc.constant(null),
  });
  const some = fc.option(fc.subarray(['tor1', 'tor2'], { minLength: 1 }));
  const families = fc.option(fc.subarray([...FAMILIES], { minLength: 1 }));
  const advertisements = fc
    .tuple(fc.shuffledSubarray(names), fc.infiniteStream(fc.tuple(some, families, set)))
    .map(([chosen, stream]) =>
      chosen.map((name): AdvertisementRule => {
        const [peers, of, put] = stream.next().value;
        return { name, peers, families: of, set: put };
      }),
    );
  const rules = fc.array(
    fc.record({
      match: fc.record({
        vips: fc.constantFrom(null, ['web'], ['other']),
        peers: some,
        families,
        prefixes: fc.constant(null),
      }),
      action: fc.constantFrom('accept' as const, 'reject' as const),
      set,
    }),
    { maxLength: 3 },
  );
  const subject = fc
    .tuple(fc.option(fc.subarray(names)), fc.constantFrom('tor1', 'tor2'), fc.constantFrom(...FAMILIES))
    .map(
      ([selected, peer, family]): PolicySubject => ({
        ...web,
        peer,
        family,
        ...(selected === null ? {} : { advertisements: selected }),
      }),
    );

  it('lets nothing out that no advertisement lets out, and nothing that a rule rejects', () => {
    fc.assert(
      fc.property(advertisements, rules, subject, (all, file, asked) => {
        const decision = decidePolicy({ advertisements: all, rules: file }, asked);
        const rejected = file[firstMatch(file, asked)]?.action === 'reject';
        const allowed =
          asked.advertisements === undefined ||
          all.some(
            ({ name, peers, families: of }) =>
              asked.advertisements?.includes(name) &&
              (peers ?? [asked.peer]).includes(asked.peer) &&
              (of ?? [asked.family]).includes(asked.family),
          );
        expect('set' in decision).toBe(allowed && !rejected);
      }),
    );
  });

  it('gives equal attributes for equal keys', () => {
    fc.assert(
      fc.property(
        advertisements,
        rules,
        fc.array(subject, { minLength: 2, maxLength: 12 }),
        (all, file, asked) => {
          const seen = new Map<string, PolicySet | undefined>();
          for (const one of asked) {
            const decision = decidePolicy({ advertisements: all, rules: file }, one);
            if ('refused' in decision) continue;
            if (seen.has(decision.key)) expect(decision.set).toEqual(seen.get(decision.key));
            seen.set(decision.key, decision.set);
          }
        },
      ),
    );
  });
});
