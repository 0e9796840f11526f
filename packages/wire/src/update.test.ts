import { type Family, type Prefix, parseAddress, parsePrefix } from '@vipcast/net';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeEndOfRib,
  encodeMessage,
  type PathAttribute,
  type Update,
  type WireContext,
} from './index.ts';
import { bytesOf, HEADER, message } from './message-fixture.ts';

const internal: WireContext = { fourOctetAs: true, maxMessageLength: 4096, external: false };
const address = (text: string) => parseAddress(text)!;
const prefix = (text: string): Prefix => parsePrefix(text)!;
const igp: PathAttribute = { kind: 'origin', origin: 'igp' };
const path = (...asns: number[]): PathAttribute => ({
  kind: 'as-path',
  segments: asns.length > 0 ? [{ kind: 'sequence', asns }] : [],
});
const localPref = (value: number): PathAttribute => ({ kind: 'local-pref', localPref: value });
const nextHop = (text: string): PathAttribute => ({ kind: 'next-hop', address: address(text) });
const reach = (family: Family, nextHops: string[], prefixes: string[]): PathAttribute => ({
  kind: 'mp-reach',
  family,
  nextHops: nextHops.map(address),
  prefixes: prefixes.map(prefix),
});
const update = (attributes: PathAttribute[], announced: string[] = [], withdrawn: string[] = []): Update => ({
  type: 'update',
  withdrawn: withdrawn.map(prefix),
  attributes,
  announced: announced.map(prefix),
  errors: [],
});

/** Bytes and meaning as another implementation has them (ExaBGP's encoding tests), or as an RFC draws them. */
const UPDATES: [name: string, hex: string, value: Update, context?: WireContext][] = [
  [
    'two-octet AS numbers',
    '0034020000001940010100400204020100644003040a00fffe40050400000064180a0001',
    update([igp, path(100), nextHop('10.0.255.254'), localPref(100)], ['10.0.1.0/24']),
    { ...internal, fourOctetAs: false },
  ],
  [
    'aggregate with four-octet AS numbers',
    '0048020000002d4001010040020a02020000e1dd00001b1b400304c0a801fe40050400000064400600c00708000046e0db76e1bd12010040',
    update(
      [
        igp,
        path(57821, 6939),
        nextHop('192.168.1.254'),
        localPref(100),
        { kind: 'atomic-aggregate' },
        { kind: 'aggregator', asn: 18144, address: address('219.118.225.189') },
      ],
      ['1.0.64.0/18'],
    ),
  ],
  [
    'large communities',
    '004c020000003040010100400200400304c000020140050400000064c0201800000b62000000000000029a00000b6200000cf80000007b200808080a',
    update(
      [
        igp,
        path(),
        nextHop('192.0.2.1'),
        localPref(100),
        {
          kind: 'large-communities',
          communities: [
            { global: 2914, local1: 0, local2: 666 },
            { global: 2914, local1: 3320, local2: 123 },
          ],
        },
      ],
      ['8.8.8.10/32'],
    ),
  ],
  [
    'IPv4 over an IPv6 next hop (RFC 8950)',
    '0042020000002b800e1a000101100badcafe0badcafe0badcafe0badcafe0020999999994001010040020040050400000064',
    update([
      reach('ipv4-unicast', ['bad:cafe:bad:cafe:bad:cafe:bad:cafe'], ['153.153.153.153/32']),
      igp,
      path(),
      localPref(100),
    ]),
  ],
  [
    'IPv6 with communities',
    '00590200000042800e26000201102a020b8000000002000000000000000100802a020b8000000001000000000000000140010100400200400504000000c8c008087814000078147814',
    update([
      reach('ipv6-unicast', ['2a02:b80:0:2::1'], ['2a02:b80:0:1::1/128']),
      igp,
      path(),
      localPref(200),
      { kind: 'communities', communities: [0x78140000, 0x78147814] },
    ]),
  ],
  [
    'IPv6 with a global and a link-local next hop (RFC 2545)',
    '005e0200000047800e360002012020010db800000000000000000000fffffe800000000000000000000000000001008020010db80001000000000000000000014001010040020040050400000064',
    update([
      reach('ipv6-unicast', ['2001:db8::ffff', 'fe80::1'], ['2001:db8:1::1/128']),
      igp,
      path(),
      localPref(100),
    ]),
  ],
  ['an End-of-RIB (RFC 4724)', '00170200000000', update([])],
  [
    'an IPv6 End-of-RIB',
    '001d0200000006800f03000201',
    update([{ kind: 'mp-unreach', family: 'ipv6-unicast', prefixes: [] }]),
  ],
  [
    'withdrawals of 10.0.0.0/8, 192.0.2.128/25 and 0.0.0.0/0',
    message(2, '0008' + '080a' + '19c0000280' + '00' + '0000'),
    update([], [], ['10.0.0.0/8', '192.0.2.128/25', '0.0.0.0/0']),
  ],
];

describe('UPDATE', () => {
  it.each(UPDATES)('%s', (_name, hex, value, context = internal) => {
    const bytes = bytesOf(hex);
    expect(decodeMessage(bytes, context)).toEqual({ ok: true, value });
    expect(encodeMessage(value, context).toHex()).toBe(HEADER + hex);
  });

  it('takes an IPv4 next hop of four bytes for IPv6 routes as an IPv4-mapped one', () => {
    const hex =
      '0042020000002b800e1a00020104aaaaaaaa0080deadbeefdeadbeefdeadbeefdeadbeef4001010040020040050400000064';
    const result = decodeMessage(bytesOf(hex), internal);
    expect(result.ok && result.value).toMatchObject({
      attributes: [
        reach('ipv6-unicast', ['::ffff:170.170.170.170'], ['dead:beef:dead:beef:dead:beef:dead:beef/128']),
        igp,
        path(),
        localPref(100),
      ],
    });
  });

  it('reads lengths in their extended form, however short', () => {
    const result = decodeMessage(bytesOf('001e0200000007900f0003000201'), internal);
    expect(result.ok && result.value).toEqual(
      update([{ kind: 'mp-unreach', family: 'ipv6-unicast', prefixes: [] }]),
    );
  });

  it('drops bits beyond the length of a prefix', () => {
    const result = decodeMessage(bytesOf(message(2, '0004' + '11ffffff' + '0000')), internal);
    expect(result.ok && result.value).toEqual(update([], [], ['255.255.128.0/17']));
  });

  it('says that the routes are complete', () => {
    expect(encodeEndOfRib('ipv4-unicast').toHex()).toBe(`${HEADER}00170200000000`);
    expect(encodeEndOfRib('ipv6-unicast').toHex()).toBe(`${HEADER}001d0200000006800f03000201`);
  });

  it('owns up to passing on what it does not understand (RFC 4271 §5)', () => {
    const mandatory = '400101004002004003' + '04c0000201';
    const body = `00000013${mandatory}c0fe02beef18c00002`;
    const received = decodeMessage(bytesOf(message(2, body)), internal);
    expect(received.ok && received.value.type === 'update' && received.value.attributes.at(-1)).toEqual({
      kind: 'unknown',
      flags: 0xc0,
      code: 0xfe,
      value: Uint8Array.of(0xbe, 0xef),
    });
    expect(received.ok && encodeMessage(received.value, internal).toHex()).toContain('e0fe02beef');
  });
});
