import { describe, expect, it } from 'vitest';
import { errorsOf, peers, placesOf, rule, tor1 } from './samples.ts';

describe('1 to 5: text and keys', () => {
  it.each([
    ['1 empty file', '', ['1 E_CONFIG_EMPTY ']],
    ['1 comments only', '# nothing\n\n', ['1 E_CONFIG_EMPTY ']],
    ['1 no mapping', '- a\n', ['1 E_CONFIG_VALUE ']],
    ['2 invalid YAML', 'bgp:\n  localASN: [65000, 1\n', ['3 E_CONFIG_SYNTAX ']],
    ['2 a tab', 'bgp:\n\tlocalASN: 1\n', ['2 E_CONFIG_SYNTAX ']],
    ['2 two documents', 'bgp: { localASN: 1 }\n---\nbgp: {}\n', ['2 E_CONFIG_SYNTAX ']],
    ['2 a directive', '%YAML 1.1\n---\nbgp: { localASN: 1 }\n', ['1 E_CONFIG_SYNTAX ']],
    ['2 a tag', 'bgp: { localASN: !!binary aGk= }\n', ['1 E_CONFIG_SYNTAX ']],
    ['3 too many aliases', `a: &a 1\nb: [${'*a, '.repeat(100)}]\n`, ['2 E_CONFIG_ALIASES ']],
    ['4 a key twice', 'bgp:\n  localASN: 1\n  localASN: 2\n', ['3 E_CONFIG_DUPLICATE_KEY bgp.localASN']],
    ['4 a section twice', 'bgp: { localASN: 1 }\nbgp: { localASN: 2 }\n', ['2 E_CONFIG_DUPLICATE_KEY bgp']],
    [
      '5 a typo',
      'bgp: { localASN: 1 }\npeers:\n  - name: a\n    address: 10.0.0.1\n    peerASn: 65001\n',
      ['3 E_CONFIG_MISSING peers[0].peerASN', '5 E_CONFIG_UNKNOWN_KEY peers[0].peerASn'],
    ],
    ['5 at the top', 'bgp: { localASN: 1 }\npeer: []\n', ['2 E_CONFIG_UNKNOWN_KEY peer']],
    ['5 __proto__', 'bgp: { localASN: 1 }\n__proto__: {}\n', ['2 E_CONFIG_UNKNOWN_KEY __proto__']],
    ['5 a merge key', "bgp: { localASN: 1, '<<': {} }\n", ['1 E_CONFIG_UNKNOWN_KEY bgp["<<"]']],
  ])('%s', (_, text, expected) => {
    expect(placesOf(text)).toEqual(expected);
  });

  it('3 an alias bomb is refused at once', () => {
    const level = (i: number) =>
      `a${i}: &a${i} [${Array(5)
        .fill(`*a${i - 1}`)
        .join(', ')}]\n`;
    const bomb = `a0: &a0 [x, x, x, x, x]\n${Array.from({ length: 14 }, (_, i) => level(i + 1)).join('')}`;
    expect(errorsOf(bomb).some(({ code, line }) => code === 'E_CONFIG_ALIASES' && line > 5)).toBe(true);
  });

  it('5 a typo has the sentence of the manual', () => {
    const text =
      'bgp: { localASN: 1 }\n\npeers:\n  - name: a\n    peerASN: 1\n    address: 10.0.0.1\n    peerASn: 65001\n';
    expect(errorsOf(text).map(({ message }) => message)).toEqual([
      'vipcast.yaml:7: peers[0].peerASn: unknown key; did you mean peerASN?',
    ]);
  });
});

describe('18 to 20', () => {
  it('18 refuses 10 MB before reading them', () => {
    const text = `bgp: { localASN: 1 }\n${'# comment\n'.repeat(1_000_000)}`;
    expect(placesOf(text)).toEqual(['1 E_CONFIG_TOO_LARGE ']);
  });

  it('19 sees a file cut in the middle, unless a whole file is left', () => {
    const text = tor1('nextHop: { strategy: session }');
    expect(placesOf(text.slice(0, text.indexOf('session'))).every((place) => place.includes('SYNTAX'))).toBe(
      true,
    );
    expect(placesOf(text.slice(0, 10))).not.toEqual([]);
  });

  it.each([
    ['IPv4 for IPv6', '{ strategy: fixed, ipv6: 192.0.2.1 }', ['3 E_CONFIG_VALUE peers[0].nextHop.ipv6']],
    ['IPv6 for IPv4', "{ strategy: fixed, ipv4: '2001:db8::1' }", ['3 E_CONFIG_VALUE peers[0].nextHop.ipv4']],
    [
      'a mapped address',
      "{ strategy: fixed, ipv6: '::ffff:192.0.2.1' }",
      ['3 E_CONFIG_VALUE peers[0].nextHop.ipv6'],
    ],
    ['an address for session', "{ ipv6: '2001:db8::1' }", ['3 E_CONFIG_CONFLICT peers[0].nextHop.ipv6']],
    ['no source address', '{ strategy: source-address }', ['3 E_CONFIG_CONFLICT peers[0].nextHop.strategy']],
    [
      'no source interface',
      '{ strategy: source-interface }',
      ['3 E_CONFIG_CONFLICT peers[0].nextHop.strategy'],
    ],
  ])('20 refuses a next hop with %s', (_, nextHop, expected) => {
    expect(placesOf(tor1(`nextHop: ${nextHop}`))).toEqual(expected);
  });

  it('20 refuses a policy next hop of a family the rule does not match', () => {
    const line = "{ match: { families: [ipv4-unicast] }, set: { nextHop: '2001:db8::1' } }";
    expect(placesOf(rule(line))).toEqual(['3 E_CONFIG_CONFLICT policy[0].set.nextHop']);
  });
});

describe('what is not built yet', () => {
  it.each([
    ['unnumbered peers', peers('{ name: a, interface: eth0, peerASN: external }'), 'peers[0].interface'],
    ['link-local next hops', tor1('nextHop: { strategy: link-local }'), 'peers[0].nextHop.strategy'],
  ])('%s', (_, text, field) => {
    expect(placesOf(text)).toEqual([`3 E_CONFIG_UNSUPPORTED ${field}`]);
  });
});

describe('all errors', () => {
  it('come at once, in the order of the text', () => {
    const text = `bgp:
  localASN: 65000
  keepaliveTime: 30s
peers:
  - name: a
    address: 10.0.0.1
    peerASN: 65001
    ttlSecurty: true
  - name: a
    address: 10.0.0.1
    peerASN: 0
vips:
  - name: web
    addresses: [192.0.2.1, 192.0.2.1]
policy:
  - match: { peers: [b] }
lookingGlass: { listen: 1790 }
`;
    expect(placesOf(text)).toEqual([
      '3 E_CONFIG_CONFLICT bgp.keepaliveTime',
      '8 E_CONFIG_UNKNOWN_KEY peers[0].ttlSecurty',
      '11 E_CONFIG_VALUE peers[1].peerASN',
      '14 E_CONFIG_DUPLICATE vips[0].addresses[1]',
      '16 E_CONFIG_UNKNOWN_NAME policy[0].match.peers[0]',
      '17 E_CONFIG_VALUE lookingGlass.listen',
    ]);
  });

  it('are not more than a reader can use', () => {
    const errors = errorsOf(`bgp: { localASN: 1 }\npeers: [${'x, '.repeat(5000)}]\n`);
    expect(errors.length).toBe(201);
    expect(errors.at(-1)?.code).toBe('E_CONFIG_TOO_MANY_ERRORS');
  });

  it('cannot disturb a terminal', () => {
    const [error] = errorsOf('"a\\e[31m\\nb": 1\nbgp: { localASN: 1 }');
    expect(error?.message).toMatch(/^[\x20-\x7e]+$/);
  });
});
