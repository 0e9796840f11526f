import { parseAddress } from '@vipcast/net';
import { describe, expect, it } from 'vitest';
import {
  type Advertisement,
  emptyServices,
  type LabelSelector,
  type ServiceSettings,
  type ServicesInput,
  stepServices,
  type Told,
} from './index.ts';
import {
  after,
  cluster,
  node,
  onNode,
  service,
  services,
  settings,
  slice,
  slices,
  told,
} from './scenario.ts';

const web = service('default/web');
const ready = slice('default/web', 'ready');
const under = (change: Partial<ServiceSettings>): ServicesInput => ({
  type: 'SettingsChanged',
  settings: { ...settings, ...change },
});
const advertise = (...advertisements: Advertisement[]): ServicesInput => ({
  type: 'AdvertisementsChanged',
  told: 'watch',
  advertisements,
});

describe('settings', () => {
  const classed = service('default/classed', { class: 'vipcast.io/bgp', ips: ['192.0.2.20'] });
  const state = cluster(
    services('list', web, classed),
    slices('list', ready, slice('default/classed', 'ready')),
  );

  it('name the class, with which Services without one are not meant', () => {
    expect(told(state, under({ loadBalancerClass: 'vipcast.io/bgp' })).toSorted()).toEqual([
      '-default/web class-mismatch 192.0.2.10',
      'default/classed endpoints 192.0.2.20',
    ]);
    expect(told(state, under({ loadBalancerClass: 'vipcast.io/bgp', alsoWithoutClass: true }))).toEqual([
      'default/classed endpoints 192.0.2.20',
    ]);
  });

  it('name the only namespace', () => {
    expect(told(state, under({ namespace: 'prod' })).toSorted()).toEqual([
      '-default/classed namespace-filtered 192.0.2.20',
      '-default/web namespace-filtered 192.0.2.10',
    ]);
  });

  it('switch external addresses on', () => {
    const spec = { type: 'ClusterIP', externalIPs: ['198.51.100.1', '::1'] };
    const external = service('default/web', { spec });
    const of = after(state, services('watch', external));
    expect(told(of, under({ externalIPs: true }))).toEqual([
      'default/web endpoints 198.51.100.1; ::1 address-unfit',
    ]);
    const other = service('default/classed', {
      class: 'x',
      spec: { externalIPs: ['198.51.100.2'] },
      ips: ['192.0.2.20'],
    });
    expect(told(state, under({ externalIPs: true }), services('watch', other))).toEqual([
      'default/classed endpoints 198.51.100.2; 192.0.2.20 class-mismatch',
    ]);
  });
});

describe('the Node', () => {
  const state = cluster(services('list', web), slices('list', ready));
  const EXCLUDE = 'node.kubernetes.io/exclude-from-external-load-balancers';
  const unavailable = [{ type: 'NetworkUnavailable', status: 'True' }];

  it('keeps its VIPs from being announced', () => {
    expect(told(state, onNode(null))).toEqual(['-default/web node-unknown 192.0.2.10']);
    expect(told(state, onNode(node({ metadata: { name: 'n7', labels: { [EXCLUDE]: '' } } })))).toEqual([
      '-default/web node-excluded 192.0.2.10',
    ]);
    expect(told(state, onNode(node({ status: { conditions: unavailable } })))).toEqual([
      '-default/web node-network-unavailable 192.0.2.10',
    ]);
  });

  const drainOf = (spec: object, change: Partial<ServiceSettings> = {}) =>
    stepServices(state, [under(change), onNode(node({ spec }))]).drain;

  it('is drained by a taint, and by being cordoned if that is wished', () => {
    expect(drainOf({})).toBeNull();
    expect(drainOf({ unschedulable: true })).toBeNull();
    expect(drainOf({ unschedulable: true }, { drainOnCordon: true })).toBe('Node n7 is cordoned');
    expect(drainOf({ taints: [{ key: 'vipcast.io/drain', effect: 'NoSchedule' }] })).toBe(
      'Node n7 has the taint vipcast.io/drain',
    );
    expect(drainOf({ taints: [{ key: 'other' }] }, { drainTaints: ['other'] })).toBe(
      'Node n7 has the taint other',
    );
  });

  it('stays drained when it is no longer there to ask', () => {
    const drained = after(state, onNode(node({ spec: { taints: [{ key: 'vipcast.io/drain' }] } })));
    expect(stepServices(drained, [onNode(null)]).drain).toBe('Node n7 has the taint vipcast.io/drain');
    expect(stepServices(emptyServices(settings), []).drain).toBeUndefined();
  });
});

describe('advertisements', () => {
  const labelled = service('prod/web', { labels: { app: 'web', tier: 'front' } });
  const state = cluster(services('list', labelled), slices('list', slice('prod/web', 'ready')));
  const anything = { serviceSelector: null, namespaces: null, namespaceSelector: null, addresses: null };
  const all: Advertisement = { name: 'all', ...anything };
  const named = (
    serviceSelector: LabelSelector | null,
    namespaceSelector: LabelSelector | null = null,
  ): Advertisement => ({ ...all, name: 'some', serviceSelector, namespaceSelector });
  const range = (first: string, last: string) => ({ first: parseAddress(first)!, last: parseAddress(last)! });

  it('must select it, once there are any', () => {
    expect(told(state, advertise())).toEqual(['-prod/web no-advertisement 192.0.2.10']);
    expect(stepServices(state, [advertise(named({}), all)]).verdicts).toMatchObject([
      { advertised: true, advertisements: ['all', 'some'] },
    ]);
    expect(
      stepServices(after(state, advertise(all)), [
        { type: 'AdvertisementsChanged', told: 'watch', advertisements: null },
      ]).verdicts,
    ).toMatchObject([{ advertised: true, advertisements: null }]);
  });

  it.each<[LabelSelector, boolean]>([
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'web', tier: 'back' } }, false],
    [{ matchLabels: { toString: 'x' } }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'shop'] }] }, true],
    [{ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
    [{ matchExpressions: [{ key: 'zone', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'Gt', values: ['1'] }] }, false],
  ])('select by %j', (selector, selected) => {
    const [only] = stepServices(state, [advertise(named(selector))]).verdicts;
    expect(only!.advertised).toBe(selected);
  });

  it('know a namespace by its name', () => {
    const by = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
    expect(told(state, advertise(named(null, by('prod'))))).toEqual(['prod/web endpoints 192.0.2.10']);
    expect(told(state, advertise(named(null, by('test'))))).toEqual([
      '-prod/web no-advertisement 192.0.2.10',
    ]);
    expect(told(state, advertise({ ...all, namespaces: ['test', 'prod'] }))).toEqual([
      'prod/web endpoints 192.0.2.10',
    ]);
    expect(told(state, advertise({ ...all, namespaces: ['test'] }))).toEqual([
      '-prod/web no-advertisement 192.0.2.10',
    ]);
  });

  it('know a namespace by its labels, once it was told, and until it goes', () => {
    const namespace = (team: string, how: Told = 'watch'): ServicesInput => ({
      type: 'NamespacesChanged',
      told: how,
      set: [{ name: 'prod', labels: { team } }],
      deleted: [],
    });
    const ofA = advertise(named(null, { matchLabels: { team: 'a' } }));
    expect(told(state, ofA)).toEqual(['-prod/web no-advertisement 192.0.2.10']);
    expect(told(state, namespace('a'), ofA)).toEqual(['prod/web endpoints 192.0.2.10']);
    const known = after(state, namespace('a'), ofA);
    expect(told(known, namespace('a', 'relist'))).toEqual([]);
    expect(told(known, namespace('b'))).toEqual(['-prod/web no-advertisement 192.0.2.10']);
    expect(told(known, { type: 'NamespacesChanged', told: 'watch', set: [], deleted: ['prod'] })).toEqual([
      '-prod/web no-advertisement 192.0.2.10',
    ]);
  });

  it('let only the addresses of their pools go, and are named only where they do', () => {
    const dual = service('prod/web', { ips: ['192.0.2.10', '198.51.100.1', '2001:db8::1'] });
    const both = cluster(
      services('list', dual),
      slices('list', slice('prod/web', 'ready'), slice('prod/web-6', 'ready', 'IPv6', 'web')),
    );
    const pool = (name: string, first: string, last: string): Advertisement => ({
      ...all,
      name,
      addresses: [range(first, last)],
    });
    const low = pool('low', '192.0.2.0', '192.0.2.10');
    const six = pool('six', '2001:db8::', '2001:db8::ffff');
    const far = pool('far', '203.0.113.0', '203.0.113.255');
    expect(told(both, advertise(low, six, far))).toEqual([
      'prod/web endpoints 192.0.2.10 2001:db8::1; 198.51.100.1 no-advertisement',
    ]);
    expect(stepServices(both, [advertise(low, six, far)]).verdicts).toMatchObject([
      { advertisements: ['low', 'six'] },
    ]);
    expect(told(both, advertise(far))).toEqual([
      '-prod/web no-advertisement 192.0.2.10 198.51.100.1 2001:db8::1',
    ]);
    const all4 = pool('all4', '0.0.0.0', '255.255.255.255');
    expect(told(both, advertise(all4))).toEqual([
      'prod/web endpoints 192.0.2.10 198.51.100.1; 2001:db8::1 no-advertisement',
    ]);
  });
});
