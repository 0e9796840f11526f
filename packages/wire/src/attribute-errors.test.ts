import { describe, expect, it } from 'vitest';
import { decodeUpdate } from './index.ts';
import {
  AS_PATH,
  attribute,
  DISABLE,
  DISCARD,
  external,
  internal,
  MP_REACH,
  NEXT_HOP,
  NLRI,
  ORIGIN,
  type Outcome,
  outcomeOf,
  RESET,
  ROUTE,
  ROUTE_6,
  update,
  WITHDRAW,
} from './update-fixture.ts';

type Row = [
  name: string,
  code: number,
  flags: number,
  value: string,
  outcome: Outcome,
  fromInternal?: Outcome,
];

/** Cases and outcomes of FRR's RFC 7606 conformance suite, and those it leaves to unit tests. */
const ROWS: Row[] = [
  ['ORIGIN optional', 1, 0xc0, '00', WITHDRAW],
  ['ORIGIN partial', 1, 0x60, '00', WITHDRAW],
  ['ORIGIN empty', 1, 0x40, '', WITHDRAW],
  ['ORIGIN of 2 bytes', 1, 0x40, '0000', WITHDRAW],
  ['ORIGIN 3', 1, 0x40, '03', WITHDRAW],
  ['ORIGIN 255', 1, 0x40, 'ff', WITHDRAW],
  ['ORIGIN with an extended length', 1, 0x50, '00', 'fine'],
  ['ORIGIN with reserved flags', 1, 0x4f, '00', 'fine'],
  ['AS_PATH optional', 2, 0xc0, '02010000fde9', WITHDRAW],
  ['AS_PATH partial', 2, 0x60, '02010000fde9', WITHDRAW],
  ['AS_PATH segment type 0', 2, 0x40, '00010000fde9', WITHDRAW],
  ['AS_PATH segment type 5', 2, 0x40, '05010000fde9', WITHDRAW],
  ['AS_PATH empty segment', 2, 0x40, '0200', WITHDRAW],
  ['AS_PATH segment overrun', 2, 0x40, '02ff0000fde9', WITHDRAW],
  ['AS_PATH truncated number', 2, 0x40, '02010000fd', WITHDRAW],
  ['AS_PATH stray byte', 2, 0x40, '02010000fde902', WITHDRAW],
  ['AS_PATH with AS 0 (RFC 7607)', 2, 0x40, '020100000000', WITHDRAW],
  ['AS_PATH with a set (RFC 9774)', 2, 0x40, '02010000fde901010000fdea', WITHDRAW],
  ['AS_PATH with a confederation', 2, 0x40, '03010000fde9', WITHDRAW, 'fine'],
  ['AS_PATH with a confederation set', 2, 0x40, '04010000fde9', WITHDRAW],
  ['AS_PATH empty', 2, 0x40, '', 'fine'],
  ['NEXT_HOP optional', 3, 0xc0, 'c0000201', WITHDRAW],
  ['NEXT_HOP of 3 bytes (CVE-2026-30405)', 3, 0x40, 'c00002', WITHDRAW],
  ['NEXT_HOP of 5 bytes', 3, 0x40, 'c000020100', WITHDRAW],
  ['NEXT_HOP empty', 3, 0x40, '', WITHDRAW],
  ['NEXT_HOP 0.0.0.0', 3, 0x40, '00000000', WITHDRAW],
  ['NEXT_HOP 224.0.0.1', 3, 0x40, 'e0000001', WITHDRAW],
  ['NEXT_HOP 240.0.0.1', 3, 0x40, 'f0000001', WITHDRAW],
  ['NEXT_HOP 255.255.255.255', 3, 0x40, 'ffffffff', WITHDRAW],
  ['MED transitive', 4, 0xc0, '0000000a', WITHDRAW],
  ['MED of 3 bytes', 4, 0x80, '000000', WITHDRAW],
  ['MED of 5 bytes', 4, 0x80, '000000000a', WITHDRAW],
  ['MED empty', 4, 0x80, '', WITHDRAW],
  ['LOCAL_PREF of 3 bytes', 5, 0x40, '000000', DISCARD, WITHDRAW],
  ['LOCAL_PREF of 5 bytes', 5, 0x40, '0000000064', DISCARD, WITHDRAW],
  ['LOCAL_PREF empty', 5, 0x40, '', DISCARD, WITHDRAW],
  ['LOCAL_PREF optional', 5, 0xc0, '00000064', WITHDRAW],
  ['LOCAL_PREF', 5, 0x40, '00000064', DISCARD, 'fine'],
  ['ATOMIC_AGGREGATE of 1 byte', 6, 0x40, '00', DISCARD],
  ['AGGREGATOR of 5 bytes', 7, 0xc0, '0000fde90a', DISCARD],
  ['AGGREGATOR of 6 bytes', 7, 0xc0, 'fde90a000002', DISCARD],
  ['AGGREGATOR of 7 bytes', 7, 0xc0, '0000fde90a0000', DISCARD],
  ['AGGREGATOR of 9 bytes', 7, 0xc0, '0000fde90a00000200', DISCARD],
  ['AGGREGATOR with AS 0', 7, 0xc0, '000000000a000002', DISCARD],
  ['COMMUNITIES non-transitive', 8, 0x80, 'ffff0001', WITHDRAW],
  ['COMMUNITIES empty', 8, 0xc0, '', WITHDRAW],
  ['COMMUNITIES of 5 bytes', 8, 0xc0, 'ffff000100', WITHDRAW],
  ['COMMUNITIES partial', 8, 0xe0, 'ffff0001', 'fine'],
  ['ORIGINATOR_ID of 3 bytes', 9, 0x80, '0a0000', DISCARD, WITHDRAW],
  ['ORIGINATOR_ID of 5 bytes', 9, 0x80, '0a00000200', DISCARD, WITHDRAW],
  ['ORIGINATOR_ID transitive', 9, 0xc0, '0a000002', WITHDRAW],
  ['ORIGINATOR_ID', 9, 0x80, '0a000002', DISCARD, 'fine'],
  ['CLUSTER_LIST empty', 10, 0x80, '', DISCARD, WITHDRAW],
  ['CLUSTER_LIST of 5 bytes', 10, 0x80, '0a00000200', DISCARD, WITHDRAW],
  ['CLUSTER_LIST transitive', 10, 0xc0, '0a000002', WITHDRAW],
  ['MP_REACH empty', 14, 0x80, '', RESET],
  ['MP_REACH of 4 bytes', 14, 0x80, '00020100', RESET],
  ['MP_REACH next hop of 0 bytes', 14, 0x80, '0002010000', DISABLE],
  ['MP_REACH next hop of 1 byte', 14, 0x80, '000201010100', DISABLE],
  ['MP_REACH next hop of 9 bytes', 14, 0x80, '0002010920010db8000000000000004020010db800000001', DISABLE],
  ['MP_REACH next hop overrun', 14, 0x80, '0002014020010db800000000000000000000000100', DISABLE],
  ['MP_REACH without the reserved byte', 14, 0x80, '00020110' + '20010db8000000000000000000000001', DISABLE],
  ['MP_REACH truncated', 14, 0x80, '0002011020010db800000000', DISABLE],
  [
    'MP_REACH prefix of 129 bits',
    14,
    0x80,
    `00020110${'20010db8'.repeat(4)}0081${'20010db8'.repeat(4)}00`,
    DISABLE,
  ],
  ['MP_REACH prefix overrun', 14, 0x80, `00020110${'20010db8'.repeat(4)}004020010db8`, DISABLE],
  ['MP_REACH transitive', 14, 0xc0, `00020110${'20010db8'.repeat(4)}00`, WITHDRAW],
  ['MP_REACH next hop ::', 14, 0x80, `00020110${'00000000'.repeat(4)}00`, WITHDRAW],
  ['MP_REACH next hop ff02::1', 14, 0x80, `00020110ff020000000000000000000000000001` + '00', WITHDRAW],
  [
    'MP_REACH next hop ::ffff:224.0.0.1',
    14,
    0x80,
    '00020110' + '00000000000000000000ffffe0000001' + '00',
    WITHDRAW,
  ],
  ['MP_REACH next hop fe80::1', 14, 0x80, `00020110fe800000000000000000000000000001` + '00', 'fine'],
  ['MP_UNREACH of 2 bytes', 15, 0x80, '0002', RESET],
  ['MP_UNREACH prefix overrun', 15, 0x80, '0002014020010db8', DISABLE],
  ['EXTENDED COMMUNITIES non-transitive', 16, 0x80, '0002fde900000001', WITHDRAW],
  ['EXTENDED COMMUNITIES empty', 16, 0xc0, '', WITHDRAW],
  ['EXTENDED COMMUNITIES of 9 bytes', 16, 0xc0, '0002fde90000000100', WITHDRAW],
  ['AS4_PATH non-transitive', 17, 0x80, '020100010001', WITHDRAW],
  ['AS4_PATH segment type 0', 17, 0xc0, '000100010001', DISCARD],
  ['AS4_PATH from a four-octet peer', 17, 0xc0, '020100010001', DISCARD],
  ['AS4_AGGREGATOR of 7 bytes', 18, 0xc0, '0000fde90a0000', DISCARD],
  ['AS4_AGGREGATOR of 9 bytes', 18, 0xc0, '0000fde90a00000200', DISCARD],
  ['PMSI_TUNNEL non-transitive', 22, 0x80, '00060000000a000002', WITHDRAW],
  ['PMSI_TUNNEL of 4 bytes', 22, 0xc0, '00060000', WITHDRAW],
  ['PMSI_TUNNEL type 8', 22, 0xc0, '00080000000a000002', WITHDRAW],
  ['PMSI_TUNNEL type 255', 22, 0xc0, '00ff0000000a000002', WITHDRAW],
  ['PMSI_TUNNEL ingress replication of 10 bytes', 22, 0xc0, '00060000000a00000200', WITHDRAW],
  ['PMSI_TUNNEL', 22, 0xc0, '00060000000a000002', 'fine'],
  ['Tunnel Encapsulation non-transitive', 23, 0x80, '00070000', WITHDRAW],
  ['Tunnel Encapsulation of 3 bytes', 23, 0xc0, '000700', WITHDRAW],
  ['Tunnel Encapsulation overrun (CVE-2024-44070)', 23, 0xc0, '0007000401', WITHDRAW],
  ['Tunnel Encapsulation sub-TLV overrun (CVE-2023-38802)', 23, 0xc0, '0007000201ff', WITHDRAW],
  ['Tunnel Encapsulation wide sub-TLV overrun', 23, 0xc0, '0007000380ff00', WITHDRAW],
  ['Tunnel Encapsulation', 23, 0xc0, '0007000904020800' + '8000020800', 'fine'],
  ['Traffic Engineering of 35 bytes', 24, 0x80, '00'.repeat(35), WITHDRAW],
  ['IPv6 EXTENDED COMMUNITIES non-transitive', 25, 0x80, '00'.repeat(20), WITHDRAW],
  ['IPv6 EXTENDED COMMUNITIES empty', 25, 0xc0, '', WITHDRAW],
  ['IPv6 EXTENDED COMMUNITIES of 21 bytes', 25, 0xc0, '00'.repeat(21), WITHDRAW],
  ['AIGP transitive', 26, 0xc0, '01000b0000000000000000', DISCARD],
  ['AIGP stray bytes', 26, 0x80, '09000b0000000000000000000a', DISCARD],
  ['AIGP TLV of 5 bytes', 26, 0x80, '0100050000', DISCARD],
  ['AIGP TLV of 0 bytes', 26, 0x80, '010000', DISCARD],
  ['AIGP unknown TLV of 0 bytes', 26, 0x80, '020000', DISCARD],
  ['AIGP empty (CVE-2023-41359)', 26, 0x80, '', DISCARD],
  ['AIGP', 26, 0x80, '01000b0000000000000000', 'fine'],
  ['BGP-LS transitive', 29, 0xc0, '0400000100', DISCARD],
  ['BGP-LS overrun', 29, 0x80, '040000ff00', DISCARD],
  ['BGP-LS truncated', 29, 0x80, '0400', DISCARD],
  ['LARGE_COMMUNITY non-transitive', 32, 0x80, '0000fde90000000100000002', WITHDRAW],
  ['LARGE_COMMUNITY empty', 32, 0xc0, '', WITHDRAW],
  ['LARGE_COMMUNITY of 13 bytes', 32, 0xc0, '0000fde9000000010000000200', WITHDRAW],
  ['Only to Customer non-transitive', 35, 0x80, '0000fde9', WITHDRAW],
  ['Only to Customer of 3 bytes', 35, 0xc0, '0000fd', WITHDRAW],
  ['Only to Customer of 5 bytes', 35, 0xc0, '0000fde900', WITHDRAW],
  ['Only to Customer of 1024 bytes', 35, 0xd0, '00'.repeat(1024), WITHDRAW],
  ['Only to Customer 0', 35, 0xc0, '00000000', WITHDRAW],
  ['D-PATH empty', 36, 0xc0, '', WITHDRAW],
  ['D-PATH overrun', 36, 0xc0, '0200000000000001', WITHDRAW],
  ['BFD Discriminator of 4 bytes', 38, 0xc0, '01000000', DISCARD],
  ['Next hop characteristics overrun', 39, 0xc0, '00ff010001000100', DISCARD],
  ['Next hop characteristics truncated (CVE-2026-37459)', 39, 0xc0, '0001010001ff00', DISCARD],
  ['Prefix-SID non-transitive', 40, 0x80, '010007000000000001', DISCARD],
  ['Prefix-SID overrun', 40, 0xc0, '0100ff000000', DISCARD],
  ['Prefix-SID truncated', 40, 0xc0, '0100', DISCARD],
  ['Prefix-SID label index of 0 bytes', 40, 0xc0, '010000', DISCARD],
  ['Prefix-SID empty (CVE-2023-31490)', 40, 0xc0, '', DISCARD],
  ['Prefix-SID', 40, 0xc0, '01000700000000000001', 'fine'],
  ['BIER overrun', 41, 0xc0, '000100ff', DISCARD],
  ['ATTR_SET of 3 bytes', 128, 0xc0, '0000fd', WITHDRAW],
  ['unknown and well-known', 0xfd, 0x40, 'deadbeef', RESET],
  ['unknown and non-transitive', 0xfd, 0x80, 'deadbeef', 'fine'],
  ['unknown and transitive', 0xfe, 0xc0, 'deadbeef', 'fine'],
  ['unknown and empty', 0xfe, 0xc0, '', 'fine'],
];

/** Good attributes, the row's in the place of the good one with its code. */
const listWith = (code: number, bad: string) =>
  [ORIGIN, AS_PATH, NEXT_HOP].map((good, i) => (i + 1 === code ? bad : good)).join('') +
  (code > 3 ? bad : '');

describe.each([
  ['an external peer', external],
  ['an internal peer', internal],
])('from %s', (_peer, context) => {
  it.each(ROWS)('%s', (_name, code, flags, value, outcome, fromInternal = outcome) => {
    const expected = context.external ? outcome : fromInternal;
    const bad = attribute(code, flags, value);
    expect(outcomeOf(update(listWith(code, bad), NLRI), context)).toBe(expected);
    const result = decodeUpdate(update(listWith(code, bad) + (code === 14 ? '' : MP_REACH), NLRI), context);
    if (!result.ok) {
      expect(result.error.data.toHex()).toBe(bad);
      return;
    }
    if (expected !== WITHDRAW) {
      expect(result.value.announced).toEqual([ROUTE]);
      expect(result.value.withdrawn).toEqual([]);
    } else {
      expect(result.value).toMatchObject({ announced: [], withdrawn: [ROUTE] });
      expect(result.value.attributes).toEqual(
        code === 14 ? [] : [{ kind: 'mp-unreach', family: 'ipv6-unicast', prefixes: [ROUTE_6] }],
      );
    }
    if (expected === DISCARD) expect(result.value.attributes).toHaveLength(4);
  });
});
