import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointSliceOf, nodeOf, serviceOf } from './index.ts';
import { NODE, rawEndpoints, rawService, rawSlice, read, service, slice } from './scenario.ts';

const givenOf = (...ingress: object[]) => {
  const raw = rawService('default/web') as { status: object };
  return read(serviceOf({ ...raw, status: { loadBalancer: { ingress } } })).given;
};

describe('a Service', () => {
  it('has what deciding needs', () => {
    expect(
      service('default/web', { ips: ['192.0.2.10', '2001:DB8::10'], local: true, class: 'a/b' }),
    ).toEqual({
      key: 'default/web',
      namespace: 'default',
      uid: 'uid-web',
      createdAt: '2026-01-01T00:00:00Z',
      isLoadBalancer: true,
      class: 'a/b',
      local: true,
      deleting: false,
      given: [
        { version: 4, address: '192.0.2.10' },
        { version: 6, address: '2001:db8::10' },
      ],
      requested: [],
      requestedBy: '',
      external: [],
      sharingKey: null,
      labels: {},
    });
  });

  it('may have two addresses of one family, each once', () => {
    expect(givenOf({ ip: '192.0.2.1' }, { ip: '192.0.2.2' }, { ip: '192.0.2.1' }, { hostname: 'x' })).toEqual(
      [
        { version: 4, address: '192.0.2.1' },
        { version: 4, address: '192.0.2.2' },
      ],
    );
  });

  it.each([
    ['192.0.2.256', 'address-invalid', '"192.0.2.256"'],
    ['\u001b[31m', 'address-invalid', '"�[31m"'],
    ['127.0.0.1', 'address-unfit', '127.0.0.1'],
    ['0.0.0.0', 'address-unfit', '0.0.0.0'],
    ['255.255.255.255', 'address-unfit', '255.255.255.255'],
    ['fe80::1', 'address-unfit', 'fe80::1'],
    ['::ffff:192.0.2.1', 'address-unfit', '::ffff:192.0.2.1'],
  ])('cannot have the address %j', (ip, reason, address) => {
    expect(givenOf({ ip })).toMatchObject([{ version: null, reason, address }]);
  });

  it('shows no more than the beginning of an endless text', () => {
    const [only] = givenOf({ ip: 'x'.repeat(256 * 1024) });
    expect(only!.address.length).toBeLessThan(80);
  });

  it('with ipMode Proxy is served by somebody else', () => {
    expect(givenOf({ ip: '192.0.2.1', ipMode: 'Proxy' })).toMatchObject([{ reason: 'address-proxied' }]);
    expect(givenOf({ ip: '192.0.2.1', ipMode: 'VIP' })).toMatchObject([{ version: 4 }]);
  });

  it.each([
    [{ 'metallb.io/loadBalancerIPs': '192.0.2.1, 2001:db8::1' }, ['192.0.2.1', '2001:db8::1']],
    [{ 'metallb.universe.tf/loadBalancerIPs': '192.0.2.2' }, ['192.0.2.2']],
    [{ 'kube-vip.io/loadbalancerIPs': '192.0.2.3,192.0.2.4' }, ['192.0.2.3', '192.0.2.4']],
    [{ 'kube-vip.io/vipHost': '192.0.2.5' }, ['198.51.100.1']],
    [{}, ['198.51.100.1']],
  ])('asks for addresses with %j', (annotations, addresses) => {
    const asking = service('default/web', {
      ips: [],
      annotations: annotations as Record<string, string>,
      spec: { loadBalancerIP: '198.51.100.1' },
    });
    expect(asking.requested.map(({ address }) => address)).toEqual(addresses);
  });

  it('asks with the annotations that are accepted, and only while it has none', () => {
    const annotations = { 'metallb.io/loadBalancerIPs': '192.0.2.1' };
    expect(read(serviceOf(rawService('default/web', { ips: [], annotations }), [])).requested).toEqual([]);
    expect(service('default/web', { annotations }).requested).toEqual([]);
  });

  it.each([{ type: 'ExternalName' }, { type: 'ClusterIP', clusterIP: 'None' }])(
    'that nodes route nothing for has no addresses: %j',
    (spec) => {
      const unrouted = service('default/web', { spec: { ...spec, externalIPs: ['192.0.2.1'] } });
      expect(unrouted).toMatchObject({ isLoadBalancer: false, given: [], external: [] });
    },
  );

  it('keeps labels by names that are also names of methods', () => {
    const raw = JSON.parse('{"metadata":{"name":"a","labels":{"__proto__":"x","toString":"y","b":1}}}');
    const { labels } = read(serviceOf({ ...raw, spec: { type: 'LoadBalancer' } }));
    expect(Object.entries(labels)).toEqual([
      ['__proto__', 'x'],
      ['toString', 'y'],
    ]);
  });

  it('needs a name that Kubernetes would give', () => {
    for (const name of [undefined, '', 'a\nb', '-a', 'a'.repeat(254), 7])
      expect(serviceOf({ metadata: { name } })).toMatchObject({ key: undefined });
  });
});

describe('an EndpointSlice', () => {
  it.each([
    ['', 'none', 'none'],
    ['ready', 'ready', 'none'],
    ['ready@n7', 'ready', 'ready'],
    ['unknown@n7', 'ready', 'ready'],
    ['ready terminating@n7', 'ready', 'terminating'],
    ['unready@n7 terminating', 'terminating', 'unready'],
    ['ending@n7', 'unready', 'unready'],
  ])('of %j has the best of them', (endpoints, anywhere, here) => {
    expect(slice('default/web', endpoints)).toMatchObject({ service: 'default/web', anywhere, here });
  });

  it('takes serving from ready where it is not said', () => {
    const endpoints = [{ addresses: ['10.0.0.1'], conditions: { ready: false, terminating: true } }];
    expect(endpointSliceOf({ ...rawSlice('default/web', ''), endpoints }, NODE)).toMatchObject({
      value: { anywhere: 'unready' },
    });
  });

  it('without conditions is ready', () => {
    const endpoints = [{ addresses: ['10.0.0.1'] }];
    expect(endpointSliceOf({ ...rawSlice('default/web', ''), endpoints }, NODE)).toMatchObject({
      value: { anywhere: 'ready', here: 'none' },
    });
  });

  it('keeps nothing of 10,000 endpoints', () => {
    const endpoints = rawEndpoints(Array(10_000).fill('ready').join(' '));
    const read_ = read(endpointSliceOf({ ...rawSlice('default/web', ''), endpoints }, NODE));
    expect(JSON.stringify(read_).length).toBeLessThan(150);
  });

  it.each(['FQDN', 'IPv5', undefined, 4])('of the type %j is none of ours', (addressType) => {
    expect(endpointSliceOf({ ...rawSlice('default/web', 'ready'), addressType }, NODE)).toMatchObject({
      key: 'default/web',
    });
  });

  it('needs a Service', () => {
    expect(endpointSliceOf({ metadata: { name: 'a' }, addressType: 'IPv4' }, NODE)).toMatchObject({
      key: 'default/a',
      because: 'EndpointSlice default/a belongs to no Service',
    });
  });
});

describe('a Node', () => {
  const EXCLUDE = 'node.kubernetes.io/exclude-from-external-load-balancers';

  it('has what deciding needs', () => {
    expect(
      nodeOf({
        metadata: { name: NODE, labels: { [EXCLUDE]: '' } },
        spec: { unschedulable: true, taints: [{ key: 'vipcast.io/drain', effect: 'NoSchedule' }, null] },
        status: { conditions: [{ type: 'NetworkUnavailable', status: 'True' }] },
      }),
    ).toEqual({
      value: {
        name: NODE,
        excluded: true,
        networkUnavailable: true,
        cordoned: true,
        taints: ['', 'vipcast.io/drain'],
      },
    });
    expect(nodeOf({ metadata: { name: NODE } })).toMatchObject({
      value: { excluded: false, networkUnavailable: false, cordoned: false, taints: [] },
    });
  });
});

it('nothing that may arrive as an object breaks a projection', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const object = fc.record(
    {
      metadata: fc.record({ name: fc.constant('a'), labels: json, annotations: json }),
      spec: json,
      status: json,
    },
    { requiredKeys: ['metadata'] },
  );
  fc.assert(
    fc.property(fc.oneof(json, object), json, (raw, endpoints) => {
      serviceOf(raw);
      nodeOf(raw);
      endpointSliceOf(raw, NODE);
      endpointSliceOf({ ...rawSlice('default/web', ''), endpoints }, NODE);
    }),
  );
});
