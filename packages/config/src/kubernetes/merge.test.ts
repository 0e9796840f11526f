import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Config, formatPlan, loadConfig, mergeResources, planChange, resourceOf } from '../index.ts';

const configOf = (more = ''): Config => {
  const text = `
bgp: { localASN: 65000, holdTime: 30s, sourceInterface: eth0, families: [ipv4-unicast], nextHop: { strategy: fixed, ipv6: '2001:db8::7' }${more} }
peers: [{ name: tor1, address: 10.0.0.1, peerASN: 65001 }]
vips: [{ name: web, addresses: [192.0.2.10] }]
kubernetes: { enabled: true, secretsDirectory: /run/bgp }`;
  const loaded = loadConfig(text, { file: 'f', env: { hostName: 'n7' } });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  return loaded.config;
};

const read = (kind: string, name: string, spec: object, created?: string) =>
  resourceOf({
    apiVersion: 'vipcast.io/v1alpha1',
    kind,
    metadata: { name, generation: 2, ...(created === undefined ? {} : { creationTimestamp: created }) },
    spec,
  });
const peer = (name: string, spec: object = {}, created?: string) =>
  read('BGPPeer', name, { address: '10.0.0.2', peerASN: 65002, ...spec }, created);
const advertisement = (name: string, spec: object = {}) => read('BGPAdvertisement', name, spec);
const pool = (name: string, addresses: readonly string[], created?: string) =>
  read('VIPPool', name, { addresses }, created);

const config = configOf();
const labels = { rack: 'r7' };
const merge = (...resources: Parameters<typeof mergeResources>[1]) =>
  mergeResources(config, resources, labels);
const statesOf = ({ conditions }: ReturnType<typeof merge>) =>
  conditions.map(({ name, status, reason }) => `${name} ${status} ${reason}`);

describe('nothing', () => {
  it('changes nothing', () => {
    expect(merge()).toEqual({ config, conditions: [], findings: [], accepted: [] });
  });
});

describe('a BGPPeer', () => {
  it('becomes a peer that inherits as those of the file do', () => {
    const { config: merged, conditions } = merge(
      peer('tor2', { passwordSecret: { name: 'tor2', key: 'md5' } }),
    );
    const [tor1] = config.peers;
    expect(merged.peers).toEqual([
      tor1,
      { ...tor1, name: 'tor2', address: '10.0.0.2', peerASN: 65002, passwordFile: '/run/bgp/tor2/md5' },
    ]);
    expect(conditions).toEqual([
      {
        kind: 'BGPPeer',
        name: 'tor2',
        type: 'Accepted',
        status: 'True',
        reason: 'Accepted',
        message: 'part of the configuration',
        observedGeneration: 2,
      },
    ]);
  });

  it('is for the nodes that it selects', () => {
    const here = peer('here', { nodeSelector: { matchLabels: { rack: 'r7' } } });
    const there = peer('there', { nodeSelector: { matchLabels: { rack: 'r8' } } });
    const merged = merge(here, there);
    expect(merged.config.peers.map(({ name }) => name)).toEqual(['tor1', 'here']);
    expect(statesOf(merged)).toEqual(['here True Accepted', 'there True Accepted']);
    expect(merged.conditions[1]?.message).toBe('not used on node n7, which its nodeSelector does not select');
    expect(merged.accepted).toHaveLength(2);
  });

  it.each([
    ['the name', peer('tor1', { address: '10.0.0.9' }), 'tor1 False NameTaken'],
    ['the address', peer('tor9', { address: '10.0.0.1' }), 'tor9 False AddressTaken'],
  ])('leaves %s to the file', (_, resource, state) => {
    const merged = merge(resource);
    expect(merged.config.peers).toEqual(config.peers);
    expect(statesOf(merged)).toEqual([state]);
    expect(merged.conditions[0]?.message).toContain('the file');
  });

  it('may have an address of the file on another port, unless peers may dial in', () => {
    const resource = peer('tor9', { address: '10.0.0.1', port: 1179 });
    expect(statesOf(merge(resource))).toEqual(['tor9 True Accepted']);
    const listening = configOf(", listen: { address: '::' }");
    expect(statesOf(mergeResources(listening, [resource], labels))).toEqual(['tor9 False AddressTaken']);
  });

  it('that is older keeps the address, in whatever order they come', () => {
    const [old, young] = [peer('b', {}, '2026-01-01T00:00:00Z'), peer('a', {}, '2026-02-01T00:00:00Z')];
    expect(statesOf(merge(young, old))).toEqual(['a False AddressTaken', 'b True Accepted']);
    expect(statesOf(merge(old, young))).toEqual(['b True Accepted', 'a False AddressTaken']);
  });

  it.each([
    [{ address: undefined }, 'spec.address'],
    [{ interface: 'eth1' }, 'spec.interface'],
    [{ address: undefined, interface: 'eth1' }, 'spec.interface'],
    [{ ttlSecurity: true, multihop: 3 }, 'spec.multihop'],
    [{ keepaliveTime: '30s' }, 'spec.keepaliveTime'],
    [{ passive: true }, 'spec.passive'],
    [{ sourceAddress: '2001:db8::9' }, 'spec.sourceAddress'],
    [{ address: '192.0.2.10' }, 'spec.address'],
    [{ nextHop: { strategy: 'source-address' } }, 'spec.nextHop.strategy'],
    [{ nextHop: { strategy: 'session', ipv6: '2001:db8::9' } }, 'spec.nextHop.ipv6'],
  ])('%j cannot work with this configuration', (spec, field) => {
    const merged = merge(peer('tor2', spec));
    expect(statesOf(merged)).toEqual(['tor2 False Invalid']);
    expect(merged.findings.map((finding) => finding.field)).toContain(field);
    expect(merged.config.peers).toEqual(config.peers);
  });
});

describe('a BGPAdvertisement', () => {
  it('that exists, wherever, makes VIPs of Kubernetes need one', () => {
    expect(config.advertisements).toBeNull();
    const elsewhere = advertisement('a', { nodeSelector: { matchLabels: { rack: 'r8' } } });
    expect(merge(elsewhere).config.advertisements).toEqual([]);
    expect(merge(advertisement('a', { peers: 7 })).config.advertisements).toEqual([]);
    expect(merge(peer('tor2'), pool('p', ['192.0.2.0/24'])).config.advertisements).toBeNull();
  });

  it('stands in the order of priority, then by name', () => {
    const { config: merged } = merge(
      advertisement('b'),
      advertisement('low', { priority: -1 }),
      advertisement('a', { peers: ['tor1'], attributes: { med: 5 } }),
      advertisement('high', { priority: 9 }),
    );
    expect(merged.advertisements?.map(({ name }) => name)).toEqual(['high', 'a', 'b', 'low']);
    expect(merged.advertisements?.[1]).toMatchObject({ peers: ['tor1'], families: null, set: { med: 5 } });
  });

  it('selects by what it says, and by the ranges of the pools it names that take part', () => {
    const selector = { matchLabels: { tier: 'gold' } };
    const { config: merged } = merge(
      advertisement('all'),
      advertisement('gold', {
        serviceSelector: selector,
        namespaces: ['shop'],
        pools: ['b', 'a', 'nowhere', 'late'],
      }),
      advertisement('team', { namespaceSelector: selector, pools: ['nowhere'] }),
      pool('a', ['192.0.2.0/30', '2001:db8::/127'], '2026-01-01T00:00:00Z'),
      pool('b', ['192.0.2.8/31'], '2026-01-01T00:00:00Z'),
      pool('late', ['192.0.2.2/31'], '2026-02-01T00:00:00Z'),
    );
    const nothing = { serviceSelector: null, namespaces: null, namespaceSelector: null, addresses: null };
    expect(merged.advertisements).toMatchObject([
      { name: 'all', ...nothing },
      {
        ...{ name: 'gold', serviceSelector: selector, namespaces: ['shop'], namespaceSelector: null },
        addresses: [
          { first: '192.0.2.0', last: '192.0.2.3' },
          { first: '2001:db8::', last: '2001:db8::1' },
          { first: '192.0.2.8', last: '192.0.2.9' },
        ],
      },
      { name: 'team', ...nothing, namespaceSelector: selector, addresses: [] },
    ]);
  });

  it('may name what is not there yet, which its condition says', () => {
    const merged = merge(
      advertisement('a', { peers: ['tor2', 'tor1', 'tro3'], pools: ['p'] }),
      peer('tor2'),
      peer('tor3', { address: '10.0.0.3' }),
    );
    expect(statesOf(merged)[0]).toBe('a True Accepted');
    expect(merged.conditions[0]?.message).toBe(
      'spec.peers[2]: no peer is called tro3; did you mean tor3?; spec.pools[0]: no VIPPool is called p here',
    );
    expect(merged.findings.map(({ code }) => code)).toEqual([
      'W_CONFIG_UNKNOWN_NAME',
      'W_CONFIG_UNKNOWN_NAME',
    ]);
  });
});

describe('a VIPPool', () => {
  it('is tried in the order of priority, then by name', () => {
    const of = (name: string, third: number, spec: object = {}) =>
      read('VIPPool', name, { addresses: [`192.0.${third}.0/24`], ...spec });
    const { config: merged } = merge(
      of('b', 1),
      of('low', 2, { priority: -1 }),
      of('a', 3),
      of('high', 4, { priority: 9 }),
    );
    expect(merged.pools.map(({ name }) => name)).toEqual(['high', 'a', 'b', 'low']);
    expect(merged.pools[1]).toEqual({
      name: 'a',
      addresses: [{ first: '192.0.3.0', last: '192.0.3.255' }],
      autoAssign: true,
      namespaces: null,
      namespaceSelector: null,
      serviceSelector: null,
      priority: 0,
      sharing: 'by-key',
    });
  });

  it('that is refused is not part of the configuration', () => {
    const { config: merged } = merge(
      pool('old', ['192.0.2.0/24'], '2026-01-01T00:00:00Z'),
      pool('new', ['192.0.2.0/25'], '2026-02-01T00:00:00Z'),
    );
    expect(merged.pools.map(({ name }) => name)).toEqual(['old']);
  });

  it('that is younger loses to one that has some of its addresses', () => {
    const merged = merge(
      pool('new', ['2001:db8::/64', '192.0.2.200-192.0.3.5'], '2026-02-01T00:00:00Z'),
      pool('old', ['192.0.2.0/24'], '2026-01-01T00:00:00Z'),
      pool('other', ['192.0.4.0/24']),
    );
    expect(statesOf(merged)).toEqual(['new False Overlaps', 'old True Accepted', 'other True Accepted']);
    expect(merged.conditions[0]?.message).toBe(
      '192.0.2.200-192.0.3.5 has addresses of VIPPool old, which stays',
    );
  });
});

describe('the plan', () => {
  it('shows what resources add, and that VIPs now need an advertisement', () => {
    const { config: merged } = merge(peer('tor2'), advertisement('gold', { peers: ['tor2'] }));
    expect(formatPlan(planChange(config, merged))).toBe(
      [
        '+ peer tor2: 10.0.0.2 port 179, AS 65002, ipv4-unicast',
        '+ advertisement gold: to tor2',
        '~ advertisement: VIPs of Kubernetes go only where BGPAdvertisements say',
        '',
      ].join('\n'),
    );
    expect(formatPlan(planChange(merged, config))).toContain(
      '~ advertisement: every VIP goes to every peer\n',
    );
  });

  it('shows what changes about pools and what an advertisement selects', () => {
    const { config: before } = merge(
      advertisement('gold'),
      pool('p', ['192.0.2.0/24']),
      pool('q', ['192.0.4.0/24']),
    );
    const { config: after } = merge(
      advertisement('gold', { namespaces: ['shop', 'bank'], pools: ['p'] }),
      pool('p', ['192.0.2.0/25', '2001:db8::/64']),
    );
    expect(formatPlan(planChange(before, after))).toBe(
      [
        '~ advertisement gold: namespaces none → shop, bank; addresses none → ' +
          '192.0.2.0-192.0.2.127, 2001:db8::-2001:db8::ffff:ffff:ffff:ffff',
        '~ pool p: addresses 192.0.2.0-192.0.2.255 → ' +
          '192.0.2.0-192.0.2.127, 2001:db8::-2001:db8::ffff:ffff:ffff:ffff',
        '- pool q: 192.0.4.0-192.0.4.255',
        '',
      ].join('\n'),
    );
  });

  it('of an advertisement that an earlier release recorded shows only what differs', () => {
    const { config: after } = merge(advertisement('gold'));
    const recorded = after.advertisements?.map(({ name, peers, families, set }) => ({
      name,
      peers,
      families,
      set,
    }));
    const { pools: _, ...before } = { ...after, advertisements: recorded };
    expect(formatPlan(planChange(before as unknown as Config, after))).toBe('nothing changes\n');
  });

  it('shows how Services are taken', () => {
    const off = { ...config, kubernetes: { ...config.kubernetes, enabled: false } };
    expect(formatPlan(planChange(off, config))).toBe(
      '+ kubernetes: Services of all namespaces, without a class\n',
    );
    expect(formatPlan(planChange(config, off))).toBe('- kubernetes: Services\n');
    const narrow = { ...config, kubernetes: { ...config.kubernetes, namespace: 'shop' } };
    expect(formatPlan(planChange(config, narrow))).toBe('~ kubernetes: namespace none → shop\n');
  });

  it('of what an earlier release recorded has nothing undefined', () => {
    const { advertisements: _, peerDefaults: __, ...earlier } = config;
    const before = { ...earlier, bgp: { ...config.bgp, drainTime: undefined } } as unknown as Config;
    expect(formatPlan(planChange(before, config))).toBe('~ bgp: drainTime none → 5s\n');
  });
});

describe('any resources', () => {
  const spec = fc.record(
    {
      address: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', '192.0.2.10', 'x'),
      peerASN: fc.constantFrom(65002, 'external', 0),
      port: fc.constantFrom(179, 1179),
      nodeSelector: fc.constantFrom({ matchLabels: { rack: 'r7' } }, { matchLabels: { rack: 'r8' } }),
    },
    { requiredKeys: ['peerASN'] },
  );
  const created = fc.constantFrom('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z');
  const resources = fc
    .array(fc.tuple(spec, created), { maxLength: 8 })
    .map((specs) => specs.map(([each, at], i) => read('BGPPeer', `p${i}`, each, at)));

  it('leave the file as it is, and peers that can be told apart', () => {
    fc.assert(
      fc.property(resources, (all) => {
        const merged = mergeResources(config, all, labels);
        expect(merged.config.peers.slice(0, 1)).toEqual(config.peers);
        const places = merged.config.peers.map(({ address, port }) => `${address} ${port}`);
        expect(new Set(places).size).toBe(places.length);
        expect(merged.conditions).toHaveLength(all.length);
      }),
    );
  });

  it('are accepted by themselves: a bad one takes nothing from the others, and order does not matter', () => {
    fc.assert(
      fc.property(resources, fc.nat(8), (all, at) => {
        const bad = read('BGPPeer', 'bad', { peerASN: 'none of your business' });
        const without = mergeResources(config, all, labels);
        const withBad = mergeResources(config, all.toSpliced(at, 0, bad), labels);
        expect(withBad.config).toEqual(without.config);
        expect(mergeResources(config, all.toReversed(), labels).config).toEqual(without.config);
      }),
    );
  });
});
