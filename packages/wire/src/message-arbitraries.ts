import { type Address, ipv4, ipv6, networkOf, type Prefix } from '@vipcast/net';
import fc from 'fast-check';
import type { AsPathSegment, Capability, Message, PathAttribute, WireContext } from './index.ts';

// Any message that can be sent and received, for property tests.

const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const word = u32.map((value) => value | 0);
const anyIPv4 = word.map(ipv4);
const anyIPv6 = fc.tuple(word, word, word, word).map((words) => ipv6(...words));
const host4 = fc
  .integer({ min: 1, max: 223 })
  .filter((top) => top !== 127)
  .chain((top) => fc.nat(0xff_ffff).map((low) => ipv4((top << 24) | low)));
const host6 = anyIPv6.map(({ w1, w2, w3 }) => ipv6(0x20010db8, w1, w2, w3));
const within = (address: fc.Arbitrary<Address>, most: number): fc.Arbitrary<Prefix> =>
  fc.tuple(address, fc.nat(most)).map(([a, length]) => networkOf({ ...a, length }));
export const anyPrefix4 = within(anyIPv4, 32);
export const anyPrefix6 = within(anyIPv6, 128);
const some = <T>(item: fc.Arbitrary<T>, minLength = 0) => fc.array(item, { minLength, maxLength: 8 });

export const anyContext: fc.Arbitrary<WireContext> = fc.record({
  fourOctetAs: fc.boolean(),
  maxMessageLength: fc.constantFrom(4096, 65535),
  external: fc.constant(false),
});

/** Confederations come first, as they do inside one; sets are refused on receipt. */
const anySegments: fc.Arbitrary<AsPathSegment[]> = fc
  .tuple(
    fc.option(some(fc.integer({ min: 1, max: 0xffff }), 1), { nil: [] }),
    some(fc.oneof(fc.integer({ min: 1, max: 0xffff }), fc.integer({ min: 0x1_0000, max: 0xffff_ffff }))),
  )
  .map(([confederation, asns]): AsPathSegment[] => [
    ...(confederation.length > 0 ? [{ kind: 'confed-sequence', asns: confederation } as const] : []),
    ...(asns.length > 0 ? [{ kind: 'sequence', asns } as const] : []),
  ]);

const one = <T extends PathAttribute>(attribute: fc.Arbitrary<T>) =>
  fc.option(attribute, { nil: undefined, freq: 2 });
const extra = fc.tuple(
  one(fc.record({ kind: fc.constant('med' as const), med: u32 })),
  one(fc.record({ kind: fc.constant('local-pref' as const), localPref: u32 })),
  one(fc.record({ kind: fc.constant('atomic-aggregate' as const) })),
  one(
    fc.record({
      kind: fc.constant('aggregator' as const),
      asn: fc.integer({ min: 1, max: 0xffff_ffff }),
      address: anyIPv4,
    }),
  ),
  one(fc.record({ kind: fc.constant('communities' as const), communities: some(u32, 1) })),
  one(fc.record({ kind: fc.constant('originator-id' as const), routerId: anyIPv4 })),
  one(fc.record({ kind: fc.constant('cluster-list' as const), clusterIds: some(anyIPv4, 1) })),
  one(
    fc.record({
      kind: fc.constant('extended-communities' as const),
      communities: some(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), 1),
    }),
  ),
  one(
    fc.record({
      kind: fc.constant('large-communities' as const),
      communities: some(fc.record({ global: u32, local1: u32, local2: u32 }), 1),
    }),
  ),
  one(
    fc.record({
      kind: fc.constant('unknown' as const),
      flags: fc.constant(0xe0),
      code: fc.integer({ min: 200, max: 255 }),
      value: fc.uint8Array({ maxLength: 300 }),
    }),
  ),
  one(
    fc.oneof(
      fc.record({
        kind: fc.constant('mp-reach' as const),
        family: fc.constant('ipv6-unicast' as const),
        nextHops: fc.oneof(fc.tuple(host6), fc.tuple(host6, anyIPv6)),
        prefixes: some(anyPrefix6),
      }),
      fc.record({
        kind: fc.constant('mp-reach' as const),
        family: fc.constant('ipv4-unicast' as const),
        nextHops: fc.oneof(fc.tuple(host4), fc.tuple(host6), fc.tuple(host6, anyIPv6)),
        prefixes: some(anyPrefix4),
      }),
    ),
  ),
  one(
    fc.record({
      kind: fc.constant('mp-unreach' as const),
      family: fc.constant('ipv6-unicast' as const),
      prefixes: some(anyPrefix6),
    }),
  ),
);

const anyAttributes: fc.Arbitrary<PathAttribute[]> = fc
  .tuple(fc.constantFrom('igp', 'egp', 'incomplete'), anySegments, host4, extra)
  .map(([origin, segments, address, others]) => [
    { kind: 'origin', origin },
    { kind: 'as-path', segments },
    { kind: 'next-hop', address },
    ...others.filter((attribute) => attribute !== undefined),
  ]);

const anyCapability: fc.Arbitrary<Capability> = fc.oneof(
  fc.record({ kind: fc.constant('multiprotocol' as const), afi: u16, safi: u8 }),
  fc.constantFrom<Capability>(
    { kind: 'route-refresh' },
    { kind: 'enhanced-route-refresh' },
    { kind: 'extended-message' },
  ),
  fc.record({
    kind: fc.constant('extended-next-hop' as const),
    entries: some(fc.record({ afi: u16, safi: u16, nextHopAfi: u16 })),
  }),
  fc.record({ kind: fc.constant('four-octet-as' as const), asn: fc.integer({ min: 1, max: 0xffff_ffff }) }),
  fc.record({
    kind: fc.constant('fqdn' as const),
    hostName: fc.stringMatching(/^[a-zé-]{0,30}$/),
    domainName: fc.stringMatching(/^[a-z.]{0,64}$/),
  }),
  fc.record({
    kind: fc.constant('unknown' as const),
    code: fc.integer({ min: 200, max: 255 }),
    value: fc.uint8Array({ maxLength: 255 }),
  }),
);

export const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    type: fc.constant('open' as const),
    version: fc.constant(4),
    asn: fc.integer({ min: 1, max: 0xffff }),
    holdTime: fc.oneof(fc.constant(0), fc.integer({ min: 3, max: 0xffff })),
    routerId: anyIPv4.filter(({ w0 }) => w0 !== 0),
    capabilities: some(anyCapability),
  }),
  fc.record({
    type: fc.constant('update' as const),
    withdrawn: some(anyPrefix4),
    attributes: anyAttributes,
    announced: some(anyPrefix4),
    errors: fc.constant([]),
  }),
  fc.record({
    type: fc.constant('notification' as const),
    code: u8,
    subcode: u8,
    data: fc.uint8Array({ maxLength: 300 }),
  }),
  fc.constant({ type: 'keepalive' } as const),
  fc.record({
    type: fc.constant('route-refresh' as const),
    afi: u16,
    subtype: u8,
    safi: u8,
  }),
);
