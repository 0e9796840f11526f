import { describe, expect, it } from 'vitest';
import { serviceSettings } from '../kubernetes/settings.ts';
import { claimantOf, stepAllocation } from './index.ts';
import {
  changed,
  claimant,
  cluster,
  DUAL,
  given,
  listed,
  MANAGER,
  pool,
  said,
  settingsWith,
} from './scenario.ts';

const small = pool('small', ['192.0.2.0-192.0.2.3']);
const both = pool('both', ['198.51.100.0-198.51.100.255', '2001:db8::-2001:db8::ffff:ffff:ffff:ffff']);
const v6 = pool('v6', ['2001:db8:6::-2001:db8:6::1']);
const of = (...pools: Parameters<typeof settingsWith>[0]) => settingsWith(pools);

describe('sharing', () => {
  const KEY = { 'metallb.io/allow-shared-ip': 'k' };
  const one = claimant('a', { ips: ['192.0.2.2'], annotations: KEY });
  const with_ = (more: Parameters<typeof claimant>[1]) =>
    claimant('b', { ports: [443], annotations: KEY, ...more });

  it('gives the address of the others', () => {
    expect(given(cluster(of(small), one, with_({})))).toEqual(['b 192.0.2.2']);
    const spec = { loadBalancerIP: '192.0.2.2' };
    expect(given(cluster(of(small), one, with_({ spec })))).toEqual(['b 192.0.2.2']);
  });

  it.each([
    ['a port in common', { ports: [80] }],
    ['another key', { annotations: { 'metallb.io/allow-shared-ip': 'other' } }],
    ['another policy', { local: true, spec: { selector: { app: 'x' }, externalTrafficPolicy: 'Local' } }],
  ])('is not for those with %s', (_, more) => {
    expect(given(cluster(of(small), one, with_(more)))).toEqual(['b 192.0.2.0']);
  });

  it('is for Local Services of the same Pods', () => {
    const local = (app: string) => ({ spec: { selector: { app }, externalTrafficPolicy: 'Local' } });
    const first = claimant('a', { ips: ['192.0.2.2'], annotations: KEY, ...local('x') });
    expect(given(cluster(of(small), first, with_(local('x'))))).toEqual(['b 192.0.2.2']);
    expect(given(cluster(of(small), first, with_(local('y'))))).toEqual(['b 192.0.2.0']);
  });

  it('is what a pool may forbid', () => {
    const never = pool('small', ['192.0.2.0-192.0.2.3'], { sharing: 'never' });
    expect(given(cluster(of(never), one, with_({})))).toEqual(['b 192.0.2.0']);
    const stepped = cluster(of(never), one, with_({ spec: { loadBalancerIP: '192.0.2.2' } }));
    expect(said(stepped)).toContain('b address-conflict');
  });

  it('begins when a port is given up', () => {
    const spec = { loadBalancerIP: '192.0.2.2' };
    const stepped = cluster(of(small), one, with_({ ports: [80], spec }));
    expect(said(stepped)).toContain('b address-conflict');
    const less = changed(claimant('a', { ips: ['192.0.2.2'], annotations: KEY, ports: [81], version: '2' }));
    expect(given(stepAllocation(stepped.state, [less]))).toEqual(['b 192.0.2.2']);
  });
});

describe('what stands in the status', () => {
  it('is kept after a restart', () => {
    const stepped = cluster(of(small, both), claimant('web', { ips: ['198.51.100.7'] }));
    expect(given(stepped)).toEqual([]);
    expect(said(stepped)).toEqual(['web allocated 198.51.100.7']);
  });

  it('twice stays with the older Service', () => {
    const young = claimant('a', { ips: ['192.0.2.0'], created: '2026-02-01T00:00:00Z' });
    expect(given(cluster(of(small), young, claimant('b', { ips: ['192.0.2.0'] })))).toEqual(['a 192.0.2.1']);
  });

  it('is none of our business where no pool has it and we did not write it', () => {
    const foreign = claimant('web', { ...DUAL, ips: ['203.0.113.7'], ours: false });
    expect(said(cluster(of(small, v6), foreign))).toEqual(['web foreign 203.0.113.7']);
    const raw = {
      metadata: { name: 'web', uid: 'u' },
      spec: { type: 'LoadBalancer' },
      status: { loadBalancer: { ingress: [{ hostname: 'lb.example.com' }] } },
    };
    const named = claimantOf(raw, MANAGER);
    if (!('value' in named)) throw new Error(named.because);
    expect(said(cluster(of(small), named.value))).toEqual(['web foreign']);
  });

  it('of another class or namespace is not looked at', () => {
    const services = { ...serviceSettings(''), loadBalancerClass: 'vipcast.io/bgp', namespace: 'default' };
    const settings = settingsWith([small], { services });
    const ours = claimant('ours', { class: 'vipcast.io/bgp' });
    const elsewhere = claimant('prod/x', { class: 'vipcast.io/bgp' });
    expect(given(cluster(settings, claimant('none'), elsewhere, ours))).toEqual(['ours 192.0.2.0']);
    const also = { ...settings, services: { ...services, alsoWithoutClass: true } };
    expect(given(cluster(also, claimant('none')))).toEqual(['none 192.0.2.0']);
  });

  it('keeps what else is known of an address', () => {
    const raw = {
      metadata: { name: 'web', uid: 'u', resourceVersion: '4' },
      spec: { type: 'LoadBalancer', ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP', ports: [] }] } },
    };
    const web = claimantOf(raw, MANAGER);
    if (!('value' in web)) throw new Error(web.because);
    expect(cluster(of(small, v6), web.value).assignments).toMatchObject([
      {
        resourceVersion: '4',
        ingress: [{ ip: '192.0.2.1', ipMode: 'VIP', ports: [] }, { ip: '2001:db8:6::' }],
      },
    ]);
  });
});

describe('what was decided', () => {
  it('is said again when the Service is seen in another version', () => {
    const { state } = cluster(of(small), claimant('web'));
    expect(stepAllocation(state, [changed(claimant('web'))]).assignments).toEqual([]);
    const next = stepAllocation(state, [changed(claimant('web', { version: '2' }))]);
    expect(next.assignments).toMatchObject([{ addresses: ['192.0.2.0'], resourceVersion: '2' }]);
  });

  it('is over when somebody else wrote the status', () => {
    const { state } = cluster(of(small), claimant('web'));
    const theirs = claimant('web', { version: '2', ips: ['192.0.2.3'], ours: false });
    expect(given(stepAllocation(state, [changed(theirs)]))).toEqual([]);
  });

  it('occupies until it can no longer be written, though it was decided otherwise', () => {
    const { state } = cluster(of(small), claimant('web'));
    const both_ = stepAllocation(state, [{ type: 'SettingsChanged', settings: of(both) }]);
    expect(given(both_)).toEqual(['web 198.51.100.0']);
    const back = stepAllocation(both_.state, [
      { type: 'SettingsChanged', settings: of(small) },
      changed(claimant('b')),
    ]);
    expect(given(back)).toContain('b 192.0.2.1');
  });

  it('changes nothing that is listed again', () => {
    const { state } = cluster(of(small), claimant('web'));
    expect(stepAllocation(state, [listed])).toEqual({ state, assignments: [], verdicts: [] });
  });
});
