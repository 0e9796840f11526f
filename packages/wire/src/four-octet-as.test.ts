import { parseAddress } from '@vipcast/net';
import { describe, expect, it } from 'vitest';
import { decodeUpdate, encodeUpdate, type PathAttribute } from './index.ts';
import {
  AS_PATH_2,
  attribute,
  external,
  hex,
  NEXT_HOP,
  NLRI,
  ORIGIN,
  twoOctet,
  update,
} from './update-fixture.ts';

describe('from a two-octet peer (RFC 6793)', () => {
  const path = (...asns: number[]) =>
    attribute(2, 0x40, `02${hex(asns.length, 2)}${asns.map((n) => hex(n, 4)).join('')}`);
  const as4Path = (...asns: number[]) =>
    attribute(17, 0xc0, `02${hex(asns.length, 2)}${asns.map((n) => hex(n, 8)).join('')}`);
  const decode = (attributes: string) => {
    const result = decodeUpdate(update(ORIGIN + attributes + NEXT_HOP, NLRI), twoOctet);
    return result.ok ? result.value : undefined;
  };
  const sequence = (...asns: number[]) => ({ kind: 'as-path', segments: [{ kind: 'sequence', asns }] });

  it.each([
    ['all of it', path(23456, 23456), as4Path(70000, 80000), [70000, 80000]],
    [
      'what an old speaker put in front',
      path(65001, 23456, 23456),
      as4Path(70000, 80000),
      [65001, 70000, 80000],
    ],
    ['nothing when it is the longer one', path(65001), as4Path(70000, 80000), [65001]],
    [
      'nothing when it is damaged (§6)',
      path(23456),
      attribute(17, 0xc0, '0202000111700'.padEnd(14, '0')),
      [23456],
    ],
  ])('AS4_PATH completes AS_PATH: %s', (_name, old, wide, expected) => {
    expect(decode(old + wide)?.attributes[1]).toEqual(sequence(...expected));
    expect(decode(wide + old)?.attributes.map(({ kind }) => kind)).toEqual(['origin', 'as-path', 'next-hop']);
  });

  const address = parseAddress('10.0.0.2')!;
  const aggregator = (asn: number) => attribute(7, 0xc0, `${hex(asn, 4)}0a000001`);
  const as4Aggregator = attribute(18, 0xc0, '000111700a000002');

  it('AS4_AGGREGATOR replaces an AGGREGATOR of AS_TRANS', () => {
    const value = decode(path(23456) + aggregator(23456) + as4Path(70000) + as4Aggregator);
    expect(value?.attributes).toContainEqual({ kind: 'aggregator', asn: 70000, address });
    expect(value?.attributes[1]).toEqual(sequence(70000));
  });

  it('AS4 attributes are out of date once AGGREGATOR is somebody else (§4.2.3)', () => {
    const value = decode(path(23456) + aggregator(65001) + as4Path(70000) + as4Aggregator);
    expect(value?.attributes).toContainEqual({
      kind: 'aggregator',
      asn: 65001,
      address: parseAddress('10.0.0.1'),
    });
    expect(value?.attributes[1]).toEqual(sequence(23456));
  });

  it('AS4_PATH loses confederation segments (§6)', () => {
    const mixed = attribute(17, 0xc0, '030100015f90' + '020100011170');
    expect(decode(path(23456) + mixed)?.attributes[1]).toEqual(sequence(70000));
  });

  it.each([
    ['none to a four-octet one', external, ''],
    ['ours, not those given, to a two-octet one', twoOctet, 'c011060201000111' + '70'],
  ])('AS4 attributes are sent: %s', (_name, context, expected) => {
    const given: PathAttribute[] = [
      { kind: 'as-path', segments: [{ kind: 'sequence', asns: [70000] }] },
      { kind: 'as4-path', segments: [{ kind: 'sequence', asns: [80000] }] },
      { kind: 'as4-aggregator', asn: 90000, address },
    ];
    const message = { type: 'update', withdrawn: [], attributes: given, announced: [], errors: [] } as const;
    const path4 = context.fourOctetAs ? '40020602010001' + '1170' : '40020402015ba0';
    expect(encodeUpdate(message, context).subarray(23).toHex()).toBe(path4 + expected);
  });

  it('AS_PATH is read with two-byte numbers', () => {
    expect(decode(AS_PATH_2)?.attributes[1]).toEqual(sequence(65001));
  });
});
