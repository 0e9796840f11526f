import { describe, expect, it } from 'vitest';
import { stepAllocation } from './index.ts';
import {
  changed,
  claimant,
  cluster,
  DUAL,
  given,
  gone,
  pool,
  said,
  settingsWith,
  writeAll,
} from './scenario.ts';

const small = pool('small', ['192.0.2.0-192.0.2.3']);
const both = pool('both', ['198.51.100.0-198.51.100.255', '2001:db8::-2001:db8::ffff:ffff:ffff:ffff']);
const v6 = pool('v6', ['2001:db8:6::-2001:db8:6::1']);
const of = (...pools: Parameters<typeof settingsWith>[0]) => settingsWith(pools);

describe('an address', () => {
  it('is the lowest of the first pool, also where a prefix begins', () => {
    expect(given(cluster(of(small, both), claimant('web')))).toEqual(['web 192.0.2.0']);
  });

  it('goes to the oldest Service first', () => {
    const young = claimant('a', { created: '2026-02-01T00:00:00Z' });
    expect(given(cluster(of(small), young, claimant('b')))).toEqual(['b 192.0.2.0', 'a 192.0.2.1']);
  });

  it('is of the next pool when one is full, and of none when all are', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const services = names.map((name) => claimant(name));
    expect(given(cluster(of(small, both), ...services)).at(-1)).toBe('e 198.51.100.0');
    const stepped = cluster(of(small, v6), ...services);
    expect(said(stepped).at(-1)).toBe('e no-free-address');
    expect(stepped.verdicts.at(-1)!.because).toBe(
      'no IPv4 address is free in VIPPool small; VIPPool v6 has no IPv4 addresses',
    );
  });

  it('that is freed goes to who waits', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const { state, assignments } = cluster(of(small), ...names.map((name) => claimant(name)));
    const full = writeAll(state, assignments).state;
    expect(given(stepAllocation(full, [gone('b')]))).toEqual(['e 192.0.2.1']);
    const moved = claimant('c', { version: '9', spec: { type: 'ClusterIP' } });
    expect(given(stepAllocation(full, [changed(moved)]))).toEqual(['e 192.0.2.2']);
  });

  it('is not free while a status says it, whoever wrote that and for whichever class', () => {
    const other = claimant('other', { class: 'example.com/lb', ips: ['192.0.2.0'] });
    const external = claimant('ext', { spec: { type: 'ClusterIP', externalIPs: ['192.0.2.1'] } });
    expect(given(cluster(of(small), other, external, claimant('web')))).toEqual(['web 192.0.2.2']);
  });

  it('is not free when the file has it', () => {
    const reserved = new Map([['192.0.2.0', 'VIP web']]);
    const settings = settingsWith([small], { reserved });
    const asks = claimant('b', { spec: { loadBalancerIP: '192.0.2.0' } });
    const stepped = cluster(settings, claimant('a', { ips: ['192.0.2.0'] }), asks);
    expect(given(stepped)).toEqual(['a 192.0.2.1']);
    expect(said(stepped)).toContain('b address-reserved');
  });

  it('is given before everything was listed to nobody', () => {
    const { state } = cluster(of(small));
    expect(stepAllocation({ ...state, listed: false }, [changed(claimant('web'))]).assignments).toEqual([]);
  });
});

describe('families', () => {
  it('come from different pools if need be', () => {
    expect(given(cluster(of(small, v6), claimant('web', DUAL)))).toEqual(['web 192.0.2.0 2001:db8:6::']);
    expect(given(cluster(of(v6), claimant('web', { families: ['IPv6'] })))).toEqual(['web 2001:db8:6::']);
  });

  it('are all or none where both are required', () => {
    const stepped = cluster(of(small), claimant('web', DUAL));
    expect(given(stepped)).toEqual([]);
    expect(said(stepped)).toEqual(['web no-free-address']);
    const later = stepAllocation(stepped.state, [{ type: 'SettingsChanged', settings: of(small, v6) }]);
    expect(given(later)).toEqual(['web 192.0.2.0 2001:db8:6::']);
  });

  it('are what the pools have where both are preferred, and more when they have more', () => {
    const web = claimant('web', { ...DUAL, policy: 'PreferDualStack' });
    const { state, assignments, ...rest } = cluster(of(small), web);
    expect(given({ assignments })).toEqual(['web 192.0.2.0']);
    expect(said(rest)).toEqual(['web one-family 192.0.2.0']);
    const now = writeAll(state, assignments).state;
    const more = stepAllocation(now, [{ type: 'SettingsChanged', settings: of(small, v6) }]);
    expect(given(more)).toEqual(['web 192.0.2.0 2001:db8:6::']);
  });

  it('that are not wanted any more are given back', () => {
    const ips = ['192.0.2.0', '2001:db8:6::'];
    expect(given(cluster(of(small, v6), claimant('web', { ips })))).toEqual(['web 192.0.2.0']);
  });

  it('that were gained do not cost the one that is there', () => {
    const stepped = cluster(of(small), claimant('web', { ...DUAL, ips: ['192.0.2.3'] }));
    expect(given(stepped)).toEqual([]);
    expect(said(stepped)).toEqual(['web no-free-address 192.0.2.3']);
  });
});

describe('a request', () => {
  const asking = (annotation: string, value: string, more = {}) =>
    claimant('web', { annotations: { [annotation]: value }, ...more });

  it.each([
    ['vipcast.io/loadBalancerIPs'],
    ['metallb.io/loadBalancerIPs'],
    ['metallb.universe.tf/loadBalancerIPs'],
    ['kube-vip.io/loadbalancerIPs'],
  ])('by %s is granted', (annotation) => {
    expect(given(cluster(of(small), asking(annotation, '192.0.2.2')))).toEqual(['web 192.0.2.2']);
  });

  it('of one family leaves the other to the pools', () => {
    const web = claimant('web', { ...DUAL, spec: { loadBalancerIP: '192.0.2.3' } });
    expect(given(cluster(of(small, v6), web))).toEqual(['web 192.0.2.3 2001:db8:6::']);
  });

  it('moves a Service that has another address', () => {
    const web = asking('metallb.io/loadBalancerIPs', '192.0.2.2', { ips: ['192.0.2.0'] });
    const { state, assignments } = cluster(of(small), web);
    expect(given({ assignments })).toEqual(['web 192.0.2.2']);
    // The old one is free when the status says so.
    const other = changed(claimant('b', { spec: { loadBalancerIP: '192.0.2.0' } }));
    const meanwhile = stepAllocation(state, [other]);
    expect(said(meanwhile)).toEqual(['b address-conflict']);
    expect(given(writeAll(meanwhile.state, assignments))).toEqual(['b 192.0.2.0']);
  });

  it.each([
    ['192.0.2.9', 'request-outside-pools', '192.0.2.9 is in no VIPPool'],
    ['nonsense', 'request-invalid', '"nonsense" is no IP address'],
    ['0.0.0.0', 'request-invalid', '0.0.0.0 is the unspecified address'],
    ['2001:db8:6::', 'request-family', 'wants no IPv6 address'],
    ['192.0.2.1', 'address-conflict', 'Service default/a has it, and this Service has no sharing key'],
  ])('for %s is refused: %s', (address, reason, because) => {
    const old = claimant('a', { ips: ['192.0.2.1'], created: '2027-01-01T00:00:00Z' });
    const stepped = cluster(of(small, v6), old, asking('metallb.io/loadBalancerIPs', address));
    expect(given(stepped)).toEqual([]);
    const verdict = stepped.verdicts.find(({ key }) => key === 'default/web')!;
    expect(verdict).toMatchObject({ refused: true, reason });
    expect(verdict.because).toContain(because);
  });

  it('that is refused leaves what is there', () => {
    const web = asking('metallb.io/loadBalancerIPs', '203.0.113.1', { ips: ['192.0.2.2'] });
    const stepped = cluster(of(small), web);
    expect(given(stepped)).toEqual([]);
    expect(said(stepped)).toEqual(['web request-outside-pools 192.0.2.2']);
  });

  it.each(['vipcast.io/pool', 'metallb.io/address-pool', 'metallb.universe.tf/address-pool'])(
    'for a pool by %s is granted, also where that gives nothing by itself',
    (annotation) => {
      const kept = pool('kept', ['203.0.113.0-203.0.113.9'], { autoAssign: false });
      expect(given(cluster(of(small, kept), asking(annotation, 'kept')))).toEqual(['web 203.0.113.0']);
      expect(said(cluster(of(kept), claimant('web')))).toEqual(['web no-pool']);
      expect(said(cluster(of(small), asking(annotation, 'kept')))).toEqual(['web pool-unknown']);
      const moved = asking(annotation, 'kept', { ips: ['192.0.2.0'] });
      expect(given(cluster(of(small, kept), moved))).toEqual(['web 203.0.113.0']);
    },
  );
});

describe('a pool', () => {
  it('is for the Services that it selects', () => {
    const prod = pool('prod', ['203.0.113.0-203.0.113.9'], { namespaces: ['prod'] });
    const gold = pool('gold', ['198.51.100.0-198.51.100.9'], {
      serviceSelector: { matchLabels: { tier: 'gold' } },
    });
    const settings = of(prod, gold);
    const services = [claimant('prod/a'), claimant('b', { labels: { tier: 'gold' } }), claimant('c')];
    const stepped = cluster(settings, ...services);
    expect(given(stepped)).toEqual(['b 198.51.100.0', 'prod/a 203.0.113.0']);
    expect(said(stepped)).toContain('c no-pool');
    expect(stepped.verdicts.find(({ key }) => key === 'default/c')!.because).toBe(
      'of VIPPool prod, gold, none is for this Service',
    );
  });

  it('may select namespaces by labels, which may change', () => {
    const team = pool('team', ['203.0.113.0-203.0.113.9'], {
      namespaceSelector: { matchLabels: { team: 'a' } },
    });
    const stepped = cluster(of(team), claimant('web'));
    expect(said(stepped)).toEqual(['web no-pool']);
    const labelled = {
      type: 'NamespacesChanged',
      set: [{ name: 'default', labels: { team: 'a' } }],
      deleted: [],
    } as const;
    expect(given(stepAllocation(stepped.state, [labelled]))).toEqual(['web 203.0.113.0']);
  });

  it('that loses a range takes nothing away, and says so', () => {
    const { state } = cluster(of(small), claimant('web', { ips: ['192.0.2.0'] }));
    const without = stepAllocation(state, [{ type: 'SettingsChanged', settings: of(both) }]);
    expect(given(without)).toEqual([]);
    expect(said(without)).toEqual(['web outside-pools 192.0.2.0']);
    const asks = claimant('web', { ips: ['192.0.2.0'], annotations: { 'vipcast.io/pool': 'both' } });
    expect(given(stepAllocation(without.state, [changed(asks)]))).toEqual(['web 198.51.100.0']);
  });

  it('that closes takes nothing away', () => {
    const closed = pool('small', ['192.0.2.0-192.0.2.3'], { namespaces: ['other'], autoAssign: false });
    const stepped = cluster(of(closed), claimant('web', { ips: ['192.0.2.0'] }));
    expect(given(stepped)).toEqual([]);
    expect(said(stepped)).toEqual(['web allocated 192.0.2.0']);
  });
});
