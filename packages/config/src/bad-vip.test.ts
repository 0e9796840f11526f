import { describe, expect, it } from 'vitest';
import { errorsOf, placesOf, rule, vip } from './samples.ts';

describe('16: VIPs', () => {
  it.each([
    '0.0.0.0/0',
    '::/0',
    '192.0.2.0/33',
    '192.0.2.1/24',
    '192.0.2.1/32',
    '::ffff:192.0.2.1',
    'fe80::1',
    '169.254.1.1',
    '224.0.0.1',
    'ff02::1',
    '127.0.0.1',
    '::1',
    '0.0.0.0',
    '::',
    '255.255.255.255',
    'web.example',
  ])('refuses %s', (address) => {
    expect(placesOf(vip(address))).toEqual(['4 E_CONFIG_VALUE vips[0].addresses[0]']);
  });

  it.each([
    [
      'given twice',
      '  - { name: b, addresses: [192.0.2.9, 192.0.2.1] }',
      ['5 E_CONFIG_DUPLICATE vips[1].addresses[1]'],
    ],
    [
      'of a peer',
      'peers: [{ name: a, address: 192.0.2.1, peerASN: 1 }]',
      ['4 E_CONFIG_CONFLICT vips[0].addresses[0]'],
    ],
    ['without addresses', '  - { name: b, addresses: [] }', ['5 E_CONFIG_VALUE vips[1].addresses']],
    [
      'with two probes',
      "  - { name: b, addresses: [192.0.2.2], healthCheck: { tcp: 'a:1', exec: x } }",
      ['5 E_CONFIG_VALUE vips[1].healthCheck'],
    ],
    [
      'with an authority for plain http',
      "  - { name: b, addresses: [192.0.2.2], healthCheck: { http: 'http://a/', ca: /ca.pem } }",
      ['5 E_CONFIG_VALUE vips[1].healthCheck.ca'],
    ],
    [
      'with trust in a TCP port',
      "  - { name: b, addresses: [192.0.2.2], healthCheck: { tcp: 'a:1', insecure: true } }",
      ['5 E_CONFIG_VALUE vips[1].healthCheck.insecure'],
    ],
    [
      'that believes one and all',
      "  - { name: b, addresses: [192.0.2.2], healthCheck: { http: 'https://a/', ca: /ca.pem, insecure: true } }",
      ['5 E_CONFIG_VALUE vips[1].healthCheck.insecure'],
    ],
    [
      'with a slow probe',
      "  - { name: b, addresses: [192.0.2.2], healthCheck: { tcp: 'a:1', timeout: 2s } }",
      ['5 E_CONFIG_VALUE vips[1].healthCheck.timeout'],
    ],
  ])('refuses one %s', (_, more, expected) => {
    expect(placesOf(`${vip('192.0.2.1')}${more}\n`)).toEqual(expected);
  });

  it('refuses the router ID as a VIP', () => {
    expect(placesOf(vip('10.0.0.7').replace('65000', '65000, routerID: 10.0.0.7'))).toEqual([
      '4 E_CONFIG_CONFLICT vips[0].addresses[0]',
    ]);
  });

  it.each(['192.0.2.1/24', '192.0.2.0/33', '192.0.2.0'])('refuses the prefix %s in a match', (prefix) => {
    expect(placesOf(rule(`match: { prefixes: [${prefix}] }`))).toEqual([
      '3 E_CONFIG_VALUE policy[0].match.prefixes[0]',
    ]);
  });
});

describe('17: communities and policy', () => {
  it.each([
    ['communities', "['65536:1']"],
    ['communities', "['1:65536']"],
    ['communities', '[no-exprot]'],
    ['communities', '[65000]'],
    ['extendedCommunities', "['65000:1']"],
    ['largeCommunities', "['65000:1']"],
    ['largeCommunities', "['1:2:4294967296']"],
  ])('refuses %s %s', (key, value) => {
    expect(placesOf(rule(`set: { ${key}: ${value} }`))).toEqual([`3 E_CONFIG_VALUE policy[0].set.${key}[0]`]);
  });

  it.each([
    [
      '70000 communities',
      `set: { communities: [${"'65000:1', ".repeat(70000)}] }`,
      ['3 E_CONFIG_CONFLICT policy[0].set'],
    ],
    ['an unknown VIP', 'match: { vips: [web] }', ['3 E_CONFIG_UNKNOWN_NAME policy[0].match.vips[0]']],
    ['an unknown peer', 'match: { peers: [tor1] }', ['3 E_CONFIG_UNKNOWN_NAME policy[0].match.peers[0]']],
    ['what is set on nothing', '{ action: reject, set: { med: 1 } }', ['3 E_CONFIG_CONFLICT policy[0].set']],
    ['too long a path', 'set: { prepend: 33 }', ['3 E_CONFIG_VALUE policy[0].set.prepend']],
    ['a negative preference', 'set: { localPref: -1 }', ['3 E_CONFIG_VALUE policy[0].set.localPref']],
  ])('refuses %s', (_, line, expected) => {
    expect(placesOf(rule(line))).toEqual(expected);
  });

  it('suggests the name that was meant', () => {
    const text = `${vip('192.0.2.1')}policy:\n  - match: { vips: [wbe] }\n`;
    expect(errorsOf(text).map(({ message }) => message)).toEqual([
      'vipcast.yaml:6: policy[0].match.vips[0]: no VIP is called wbe; did you mean web?',
    ]);
  });
});
