import { parseAddress } from '@vipcast/net';
import { describe, expect, it } from 'vitest';
import { type Capability, decodeOpen, encodeOpen, type Open } from './index.ts';
import { bytesOf, HEADER, message } from './message-fixture.ts';

const address = (text: string) => parseAddress(text)!;

describe('OPEN', () => {
  const open = (fields: Partial<Open>): Open => ({
    type: 'open',
    version: 4,
    asn: 65533,
    holdTime: 180,
    routerId: address('10.0.0.2'),
    capabilities: [],
    ...fields,
  });
  const families: Capability[] = [
    { kind: 'multiprotocol', afi: 1, safi: 1 },
    { kind: 'multiprotocol', afi: 2, safi: 1 },
  ];

  it.each<[string, string, Open]>([
    [
      'host name (ExaBGP)',
      '004f0104fffd00b40a00000232023001040001000141040000fffd060049200c6d792d686f73742d6e616d65126d792d646f6d61696e2d6e616d652e636f6d',
      open({
        capabilities: [
          { kind: 'multiprotocol', afi: 1, safi: 1 },
          { kind: 'four-octet-as', asn: 65533 },
          { kind: 'extended-message' },
          { kind: 'fqdn', hostName: 'my-host-name', domainName: 'my-domain-name.com' },
        ],
      }),
    ],
    [
      'no capabilities',
      '001d0104fde8005a0a00000100',
      open({ asn: 65000, holdTime: 90, routerId: address('10.0.0.1') }),
    ],
    [
      'extended next hop (RFC 8950 §4), refresh, an unknown one',
      message(
        1,
        '045ba000090a0000021e' + '021c' + '01040002000105060001000100020200460040020078' + '4104000f4240',
      ),
      open({
        asn: 23456,
        holdTime: 9,
        capabilities: [
          { kind: 'multiprotocol', afi: 2, safi: 1 },
          { kind: 'extended-next-hop', entries: [{ afi: 1, safi: 1, nextHopAfi: 2 }] },
          { kind: 'route-refresh' },
          { kind: 'enhanced-route-refresh' },
          { kind: 'unknown', code: 64, value: Uint8Array.of(0, 120) },
          { kind: 'four-octet-as', asn: 1_000_000 },
        ],
      }),
    ],
  ])('%s', (_name, hex, value) => {
    expect(decodeOpen(bytesOf(hex))).toEqual({ ok: true, value });
    expect(encodeOpen(value).toHex()).toBe(HEADER + hex);
  });

  it.each([
    ['one parameter for each capability', '04fffd00b40a00000210' + '02060104000100010206010400020001'],
    ['the extended form though it is short', '04fffd00b40a000002ffff000f' + '02000c010400010001010400020001'],
    [
      'the extended form whatever the short length says',
      '04fffd00b40a00000201ff000f' + '02000c010400010001010400020001',
    ],
  ])('reads %s', (_name, body) => {
    expect(decodeOpen(bytesOf(message(1, body)))).toEqual({
      ok: true,
      value: open({ capabilities: families }),
    });
  });

  it('takes the extended form when 255 bytes are not enough (RFC 9072)', () => {
    const unknown = (length: number): Capability => ({
      kind: 'unknown',
      code: 200,
      value: new Uint8Array(length),
    });
    const short = encodeOpen(open({ capabilities: [unknown(251)] }));
    expect(short.subarray(28, 33).toHex()).toBe('ff02fdc8fb');
    const long = encodeOpen(open({ capabilities: [unknown(252)] }));
    expect(long.subarray(28, 37).toHex()).toBe('ffff0101' + '0200fe' + 'c8fc');
    expect(decodeOpen(long)).toEqual({ ok: true, value: open({ capabilities: [unknown(252)] }) });
  });

  it.each([
    ['version 3', '03fde8005a0a00000100', 1, '0004'],
    ['AS 0', '040000005a0a00000100', 2, '0000'],
    ['AS 0 in the capability (RFC 7607)', '04fde8005a0a00000108' + '0206410400000000', 2, '00000000'],
    ['identifier 0.0.0.0', '04fde8005a0000000000', 3, '00000000'],
    ['hold time 1', '04fde800010a00000100', 6, '0001'],
    ['hold time 2', '04fde800020a00000100', 6, '0002'],
    ['an authentication parameter', '04fde8005a0a00000103' + '010100', 4, '010100'],
    ['an end at the length octet (CVE-2022-43681)', '04fde8005a0a00000102', 0, ''],
    ['a length octet that says less than there is', '04fde8005a0a00000100' + '0200', 0, ''],
    ['a stray byte', '04fde8005a0a00000101' + '02', 0, ''],
    ['a parameter beyond the end', '04fde8005a0a00000102' + '0206', 0, ''],
    ['a capability beyond its parameter', '04fde8005a0a00000104' + '02020106', 0, '0106'],
    ['an unknown capability beyond its parameter', '04fde8005a0a00000104' + '0202c806', 0, 'c806'],
    ['the extended form under a length of 0', '04fde8005a0a00000100' + 'ff0000', 0, ''],
    ['half a capability head', '04fde8005a0a00000103' + '020101', 0, '01'],
    ['a multiprotocol capability of 3 bytes', '04fde8005a0a00000107' + '02050103000101', 0, '0103000101'],
    ['an extended length cut short (CVE-2022-40302)', '04fde8005a0a000001ff' + 'ff', 0, ''],
    ['an extended length beyond the end (CVE-2022-40318)', '04fde8005a0a000001ff' + 'ff0010', 0, ''],
    ['an extended parameter cut short', '04fde8005a0a000001ff' + 'ff00020200', 0, ''],
  ])('refuses %s', (_name, body, subcode, data) => {
    const result = decodeOpen(bytesOf(message(1, body)));
    expect(result).toMatchObject({ ok: false, error: { code: 2, subcode, handling: 'session-reset' } });
    expect(!result.ok && result.error.data.toHex()).toBe(data);
  });

  it('keeps a damaged informative capability as unknown', () => {
    const result = decodeOpen(bytesOf(message(1, '04fde8005a0a00000105' + '02034901ff')));
    expect(result.ok && result.value.capabilities).toEqual([
      { kind: 'unknown', code: 73, value: Uint8Array.of(0xff) },
    ]);
  });
});
