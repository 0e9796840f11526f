import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Config, jsonSchema, loadConfig, unreadable } from './index.ts';
import { nearestName } from './near-name.ts';

const env = { hostName: 'Host-9.example' };
const load = (text: string) => loadConfig(text, { file: 'vipcast.yaml', env });
const configOf = (text: string): Config => {
  const loaded = load(text);
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  return loaded.config;
};

const WHOLE = `
cluster: prod
node: n7
bgp:
  localASN: 65000
  routerID: 10.0.0.7
  sourceAddress: 10.0.0.7
  listen: false
  holdTime: 9s
  keepaliveTime: 3s
  nextHop: { strategy: session }
peers:
  - name: tor1
    address: 10.0.0.1
    port: 179
    peerASN: 65001
    families: [ipv4-unicast, ipv6-unicast]
    nextHop: { strategy: fixed, ipv6: '2001:db8::7' }
    passwordFile: /run/secrets/tor1
    ttlSecurity: true
    passive: false
    holdTime: 9s
vips:
  - name: web
    addresses: [192.0.2.10, '2001:db8:1::10']
    healthCheck: { http: 'http://127.0.0.1:8080/healthz', interval: 1s, timeout: 500ms, rise: 2, fall: 3 }
    bind: lo
policy:
  - match: { vips: [web], peers: [tor1], families: [ipv6-unicast] }
    set: { communities: ['65000:100', no-export], largeCommunities: ['65000:1:2'], localPref: 200, med: 50, prepend: 2 }
  - match: { vips: [web] }
    action: reject
kubernetes: { enabled: false, kubeconfig: null, loadBalancerClass: null }
log:
  journal: /var/lib/vipcast/journal.db
`;

const peer = (lines: string, bgp = '') =>
  configOf(
    `bgp:\n  localASN: 65000\n${bgp}peers:\n  - name: tor1\n    address: 10.0.0.1\n    peerASN: 65001\n${lines}`,
  ).peers[0]!;

describe('a configuration', () => {
  it('is resolved in full', () => {
    expect(configOf(WHOLE)).toEqual({
      cluster: 'prod',
      node: 'n7',
      bgp: {
        localASN: 65000,
        routerId: '10.0.0.7',
        sourceAddress: '10.0.0.7',
        sourceInterface: null,
        listen: null,
        drainTime: 5000,
      },
      peers: [
        {
          name: 'tor1',
          address: '10.0.0.1',
          interface: null,
          port: 179,
          localASN: 65000,
          peerASN: 65001,
          families: ['ipv4-unicast', 'ipv6-unicast'],
          nextHop: { strategy: 'fixed', ipv4: null, ipv6: '2001:db8::7', interface: null },
          sourceAddress: '10.0.0.7',
          sourceInterface: null,
          passwordFile: '/run/secrets/tor1',
          ttlSecurity: true,
          multihop: null,
          passive: false,
          holdTime: 9000,
          keepaliveTime: 3000,
          connectRetryTime: 5000,
        },
      ],
      vips: [
        {
          name: 'web',
          addresses: ['192.0.2.10', '2001:db8:1::10'],
          healthCheck: {
            kind: 'http',
            target: 'http://127.0.0.1:8080/healthz',
            interval: 1000,
            timeout: 500,
            rise: 2,
            fall: 3,
            ca: null,
            insecure: false,
          },
          bind: 'lo',
        },
      ],
      policy: [
        {
          match: { vips: ['web'], peers: ['tor1'], families: ['ipv6-unicast'], prefixes: null },
          action: 'accept',
          set: {
            communities: ['65000:100', 'no-export'],
            extendedCommunities: [],
            largeCommunities: ['65000:1:2'],
            localPref: 200,
            med: 50,
            prepend: 2,
            nextHop: null,
          },
        },
        {
          match: { vips: ['web'], peers: null, families: null, prefixes: null },
          action: 'reject',
          set: {
            communities: [],
            extendedCommunities: [],
            largeCommunities: [],
            localPref: null,
            med: null,
            prepend: 0,
            nextHop: null,
          },
        },
      ],
      advertisements: null,
      pools: [],
      peerDefaults: {
        families: null,
        nextHop: { strategy: 'session', ipv4: null, ipv6: null },
        holdTime: 9000,
        keepaliveTime: 3000,
        connectRetryTime: null,
      },
      kubernetes: {
        enabled: false,
        kubeconfig: null,
        loadBalancerClass: null,
        alsoWithoutClass: false,
        namespace: null,
        externalIPs: false,
        resources: true,
        allocate: false,
        sharedWatcher: false,
        drainTaints: ['vipcast.io/drain'],
        drainOnCordon: false,
        secretsDirectory: '/etc/vipcast/secrets',
      },
      log: { journal: '/var/lib/vipcast/journal.db', nats: null },
      lookingGlass: null,
    });
  });

  it('survives JSON', () => {
    const config = configOf(WHOLE);
    expect(JSON.parse(JSON.stringify(config))).toEqual(config);
  });

  it('needs no more than the local AS', () => {
    const config = configOf('bgp: { localASN: 4200000000 }');
    expect(config).toMatchObject({
      cluster: 'default',
      node: 'host-9.example',
      peers: [],
      vips: [],
      policy: [],
    });
    expect(config.log.journal).toBe('/var/lib/vipcast/journal.db');
  });

  it('takes the node name from the environment, if the file has none', () => {
    const loaded = loadConfig('bgp: { localASN: 1 }', { file: 'f', env: { nodeName: 'n1', hostName: 'h' } });
    expect(loaded.ok && loaded.config.node).toBe('n1');
    const bad = loadConfig('bgp: { localASN: 1 }', { file: 'f', env: { hostName: 'my host' } });
    expect(bad.ok || bad.errors.map(({ field }) => field)).toEqual(['node']);
  });

  it('takes a list or section left empty as left out', () => {
    expect(configOf('bgp: { localASN: 1 }\npeers:\nvips: # none yet\npolicy: []\nlog:\n').vips).toEqual([]);
  });

  it('shares text through aliases', () => {
    const text = `
bgp: { localASN: 1 }
vips:
  - { name: a, addresses: [192.0.2.1], healthCheck: &probe { tcp: '[::1]:80' } }
  - { name: b, addresses: [192.0.2.2], healthCheck: *probe }`;
    expect(configOf(text).vips.map(({ healthCheck }) => healthCheck?.target)).toEqual([
      '[::1]:80',
      '[::1]:80',
    ]);
  });

  it('has a command as list or text', () => {
    const exec = (text: string) =>
      configOf(
        `bgp: { localASN: 1 }\nvips: [{ name: a, addresses: [192.0.2.1], healthCheck: { exec: ${text} } }]`,
      ).vips[0]?.healthCheck?.target;
    expect(exec('[/bin/check, -v]')).toEqual(['/bin/check', '-v']);
    expect(exec('curl -f localhost')).toBe('curl -f localhost');
  });

  it('writes addresses, prefixes and communities one way', () => {
    const config = configOf(`
bgp: { localASN: 1 }
vips: [{ name: a, addresses: ['2001:DB8:0::1'] }]
policy:
  - match: { prefixes: ['2001:DB8::/32', 0.0.0.0/0, ::/0] }
    set: { communities: ['65535:65281', no-export], extendedCommunities: ['soo:65000:1'] }`);
    expect(config.vips[0]?.addresses).toEqual(['2001:db8::1']);
    expect(config.policy[0]?.match.prefixes).toEqual(['2001:db8::/32', '0.0.0.0/0', '::/0']);
    expect(config.policy[0]?.set.communities).toEqual(['no-export']);
    expect(config.policy[0]?.set.extendedCommunities).toEqual(['ro:65000:1']);
  });
});

describe('a peer', () => {
  it.each([
    ['', '', 9000, 3000],
    ['    holdTime: 4s\n', '', 4000, 1000],
    ['', '  holdTime: 30s\n', 30000, 10000],
    ['', '  holdTime: 30s\n  keepaliveTime: 5s\n', 30000, 5000],
    ['    holdTime: 3s\n', '  holdTime: 30s\n  keepaliveTime: 5s\n', 3000, 1000],
    ['    keepaliveTime: 2s\n', '  holdTime: 30s\n', 30000, 2000],
    ['    holdTime: 0s\n', '', 0, 0],
    ['    holdTime: 65535s\n', '', 65535000, 21845000],
  ])('with %j and bgp with %j has its timers', (own, shared, holdTime, keepaliveTime) => {
    expect(peer(own, shared)).toMatchObject({ holdTime, keepaliveTime });
  });

  it('inherits its source unless it has one of either kind', () => {
    const shared = '  sourceInterface: eth0\n';
    expect(peer('', shared)).toMatchObject({ sourceAddress: null, sourceInterface: 'eth0' });
    expect(peer('    sourceAddress: 10.0.0.7\n', shared)).toMatchObject({
      sourceAddress: '10.0.0.7',
      sourceInterface: null,
    });
  });

  it('inherits the parts of nextHop it does not set', () => {
    const shared = "  nextHop: { strategy: fixed, ipv6: '2001:db8::7' }\n";
    expect(peer('', shared).nextHop).toEqual({
      strategy: 'fixed',
      ipv4: null,
      ipv6: '2001:db8::7',
      interface: null,
    });
    expect(peer('    nextHop: { strategy: session }\n', shared).nextHop.ipv6).toBeNull();
    expect(
      peer('    nextHop: { strategy: source-interface }\n    sourceInterface: eth1\n').nextHop.interface,
    ).toBe('eth1');
  });

  it('may have fixed next hops without an address, which is as strategy session', () => {
    const loaded = load(
      'bgp: { localASN: 1, nextHop: { strategy: fixed } }\npeers: [{ name: a, address: 192.0.2.1, peerASN: 2 }]',
    );
    expect(loaded).toMatchObject({ ok: true, warnings: [] });
  });

  it('may have a local AS of its own and any external AS', () => {
    expect(peer('    localASN: 64512\n').localASN).toBe(64512);
    const config = configOf('bgp: { localASN: 1 }\npeers: [{ name: a, address: ::2, peerASN: external }]');
    expect(config.peers[0]?.peerASN).toBe('external');
  });
});

describe('warnings', () => {
  it('do not stop the file', () => {
    const loaded = load(`bgp: { localASN: 1 }
peers:
  - { name: a, address: 192.0.2.1, peerASN: 2, holdTime: 0s }
  - { name: b, address: 192.0.2.2, peerASN: 2, nextHop: { strategy: fixed, ipv4: 192.0.2.9 } }
policy:
  - { set: { med: 1 } }
  - { match: { peers: [a] }, set: { med: 2 } }`);
    expect(loaded.ok && loaded.warnings.map(({ code, line, field }) => [code, line, field])).toEqual([
      ['W_CONFIG_NO_HOLD_TIME', 3, 'peers[0].holdTime'],
      ['W_CONFIG_UNUSED_NEXT_HOP', 4, 'peers[1].nextHop.ipv4'],
      ['W_CONFIG_UNREACHED_RULE', 7, 'policy[1]'],
    ]);
  });
});

describe('the published schema', () => {
  const validator = z.fromJSONSchema(jsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  const plain = { bgp: { localASN: 1 }, peers: [{ name: 'a', address: '192.0.2.1', peerASN: 'external' }] };

  it('accepts what loads and refuses unknown keys and values out of range', () => {
    expect(validator.safeParse(plain).success).toBe(true);
    expect(validator.safeParse({ ...plain, vip: [] }).success).toBe(false);
    expect(validator.safeParse({ ...plain, bgp: { localASN: 0 } }).success).toBe(false);
    expect(validator.safeParse({ ...plain, peers: [{ name: 'a', peerASn: 1 }] }).success).toBe(false);
  });

  it('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(jsonSchema()))).toEqual(jsonSchema());
  });
});

describe('a file that cannot be read', () => {
  it('is a finding like any other', () => {
    expect(unreadable('vipcast.yaml', 'is a directory').message).toBe(
      'vipcast.yaml:1: cannot be read: is a directory',
    );
  });
});

describe('the nearest name', () => {
  it.each([
    ['peerASn', 'peerASN'],
    ['peer-asn', 'peerASN'],
    ['pererASN', 'peerASN'],
    ['hold', 'holdTime'],
    ['adress', 'address'],
    ['zebra', undefined],
    ['x', undefined],
  ])('to %s is %s', (name, nearest) => {
    expect(nearestName(name, ['name', 'address', 'peerASN', 'holdTime'])).toBe(nearest);
  });
});
