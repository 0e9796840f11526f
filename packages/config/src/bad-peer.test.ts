import { describe, expect, it } from 'vitest';
import { passwordOf } from './index.ts';
import { bgp, errorsOf, load, peers, placesOf, tor1 } from './samples.ts';

describe('6: AS numbers', () => {
  it.each([
    '0',
    '23456',
    '65535',
    '4294967295',
    '4294967296',
    '65001.1',
    '"65001.1"',
    '"65001"',
    '-1',
    'null',
    'internl',
  ])('refuses %s', (asn) => {
    expect(placesOf(`bgp:\n  localASN: ${asn}\n`)).toEqual(['2 E_CONFIG_VALUE bgp.localASN']);
    expect(placesOf(peers(`{ name: a, address: 10.0.0.1, peerASN: ${asn} }`))).toEqual([
      '3 E_CONFIG_VALUE peers[0].peerASN',
    ]);
  });

  it('takes 1e3 as YAML does: 1000', () => {
    const loaded = load('bgp: { localASN: 1e3 }');
    expect(loaded.ok && loaded.config.bgp.localASN).toBe(1000);
  });
});

describe('7 and 8: router ID and own addresses', () => {
  it.each(['0.0.0.0', '224.0.0.1', '240.0.0.1', "'::1'", '10.0.0', '7'])('refuses the router ID %s', (id) => {
    expect(placesOf(bgp(`routerID: ${id}`))).toEqual(['3 E_CONFIG_VALUE bgp.routerID']);
  });

  it.each([
    [
      '7 router ID of a peer',
      'routerID: 10.0.0.1',
      'address: 10.0.0.1',
      ['5 E_CONFIG_CONFLICT peers[0].address'],
    ],
    [
      '8 own address',
      'sourceAddress: 10.0.0.1',
      'address: 10.0.0.1',
      ['5 E_CONFIG_CONFLICT peers[0].address'],
    ],
    [
      '8 own address, written otherwise',
      "sourceAddress: '2001:db8::1'",
      "address: '2001:DB8:0::1'",
      ['5 E_CONFIG_CONFLICT peers[0].address'],
    ],
    [
      'another family',
      'sourceAddress: 10.0.0.7',
      "address: '2001:db8::1'",
      ['5 E_CONFIG_CONFLICT peers[0].address'],
    ],
    [
      'another family of its own',
      'port: 1',
      "address: '2001:db8::1', sourceAddress: 10.0.0.7",
      ['3 E_CONFIG_UNKNOWN_KEY bgp.port', '5 E_CONFIG_CONFLICT peers[0].sourceAddress'],
    ],
    ['a link-local peer', 'listen: false', 'address: fe80::1', ['5 E_CONFIG_CONFLICT peers[0].address']],
    ['a multicast peer', 'listen: false', 'address: 224.0.0.1', ['5 E_CONFIG_VALUE peers[0].address']],
    [
      'both sources',
      'sourceAddress: 10.0.0.7\n  sourceInterface: eth0',
      'address: 10.0.0.1',
      ['4 E_CONFIG_CONFLICT bgp.sourceInterface'],
    ],
    [
      'both sources on a peer',
      'listen: false',
      'address: 10.0.0.1, sourceAddress: 10.0.0.7, sourceInterface: eth0',
      ['5 E_CONFIG_CONFLICT peers[0].sourceInterface'],
    ],
  ])('%s', (_, line, target, expected) => {
    expect(placesOf(`${bgp(line)}peers:\n  - { name: a, peerASN: 1, ${target} }\n`)).toEqual(expected);
  });
});

describe('9 to 12: peers, timers, TTL', () => {
  const two = (first: string, second: string) =>
    peers(`{ name: a, peerASN: 1, address: ${first} }`, `{ name: b, peerASN: 1, address: ${second} }`);

  it.each([
    ['9 one address twice', two('10.0.0.1', '10.0.0.1'), ['4 E_CONFIG_DUPLICATE peers[1].address']],
    [
      '9 its default port named',
      two('10.0.0.1', '10.0.0.1, port: 179'),
      ['4 E_CONFIG_DUPLICATE peers[1].address'],
    ],
    ['9 another port', two('10.0.0.1', '10.0.0.1, port: 1179'), []],
    [
      '9 another port, while listening',
      `${two('10.0.0.1', '10.0.0.1, port: 1179')}`.replace('65000', "65000, listen: { address: '::' }"),
      ['4 E_CONFIG_DUPLICATE peers[1].address'],
    ],
    [
      '9 one name twice',
      peers('{ name: a, peerASN: 1, address: 10.0.0.1 }', '{ name: a, peerASN: 1, address: 10.0.0.2 }'),
      ['4 E_CONFIG_DUPLICATE peers[1].name'],
    ],
    ['10 hold 1s', tor1('holdTime: 1s'), ['3 E_CONFIG_VALUE peers[0].holdTime']],
    ['10 hold 2s', tor1('holdTime: 2s'), ['3 E_CONFIG_VALUE peers[0].holdTime']],
    ['10 hold 65536s', tor1('holdTime: 65536s'), ['3 E_CONFIG_VALUE peers[0].holdTime']],
    ['10 hold 3500ms', tor1('holdTime: 3500ms'), ['3 E_CONFIG_VALUE peers[0].holdTime']],
    ['10 hold 9, no unit', tor1('holdTime: 9'), ['3 E_CONFIG_VALUE peers[0].holdTime']],
    ['10 hold "9s"', tor1('holdTime: "9s"'), []],
    ['10 keepalive = hold', tor1('keepaliveTime: 9s'), ['3 E_CONFIG_CONFLICT peers[0].keepaliveTime']],
    ['10 keepalive > hold', bgp('keepaliveTime: 10s'), ['3 E_CONFIG_CONFLICT bgp.keepaliveTime']],
    [
      '10 keepalive without hold',
      tor1('holdTime: 0s, keepaliveTime: 1s'),
      ['3 E_CONFIG_CONFLICT peers[0].keepaliveTime'],
    ],
    ['11 send-hold', tor1('sendHoldTime: 9s'), ['3 E_CONFIG_UNKNOWN_KEY peers[0].sendHoldTime']],
    ['12 GTSM hops 0', tor1('ttlSecurity: 0'), ['3 E_CONFIG_VALUE peers[0].ttlSecurity']],
    ['12 multihop 0', tor1('multihop: 0'), ['3 E_CONFIG_VALUE peers[0].multihop']],
    ['12 multihop 256', tor1('multihop: 256'), ['3 E_CONFIG_VALUE peers[0].multihop']],
    ['12 both', tor1('ttlSecurity: true, multihop: 2'), ['3 E_CONFIG_CONFLICT peers[0].multihop']],
    ['passive without listener', tor1('passive: true'), ['3 E_CONFIG_CONFLICT peers[0].passive']],
    ['no families', tor1('families: []'), ['3 E_CONFIG_VALUE peers[0].families']],
    [
      'neither address nor interface',
      peers('{ name: a, peerASN: 1 }'),
      ['3 E_CONFIG_MISSING peers[0].address'],
    ],
  ])('%s', (_, text, expected) => {
    expect(placesOf(text)).toEqual(expected);
  });
});

describe('13 to 15: passwords', () => {
  it.each(['password: hunter2', 'md5: hunter2', 'tcpAO: { key: hunter2 }'])(
    'refuses %s and does not repeat it',
    (line) => {
      const [error, ...more] = errorsOf(tor1(line));
      expect([error?.code, more]).toEqual(['E_CONFIG_UNKNOWN_KEY', []]);
      expect(JSON.stringify(error)).not.toContain('hunter2');
    },
  );

  it('does not repeat what may be a password elsewhere', () => {
    const errors = errorsOf(
      peers(
        '10.0.0.1:65000:hunter2:false',
        "{ name: a, peerASN: 1, address: '10.0.0.1:65000:hunter2:false' }",
      ) +
        "vips: [{ name: a, addresses: [192.0.2.1], healthCheck: { http: 'http://me:hunter2@10.0.0.1/' } }]\n",
    );
    expect(errors.map(({ field }) => field)).toEqual([
      'peers[0]',
      'peers[1].address',
      'vips[0].healthCheck.http',
    ]);
    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });

  const octets = (text: string) => new TextEncoder().encode(text);
  it.each([
    ['', undefined],
    ['\n', undefined],
    ['a'.repeat(81), undefined],
    [`${'ü'.repeat(40)}x`, undefined],
    ['a\0b', undefined],
    ['a\nb\n', undefined],
    ['a'.repeat(80), 'a'.repeat(80)],
    ['ü'.repeat(40), 'ü'.repeat(40)],
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    ['secret ', 'secret '],
  ])('takes the file %j as %j', (file, key) => {
    const password = passwordOf(octets(file));
    expect(password.ok ? new TextDecoder().decode(password.key) : undefined).toBe(key);
    if (!password.ok) expect(password.message).not.toMatch(/aa|ü/);
  });
});
