import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  endpointSliceOf,
  namespaceOf,
  nodeOf,
  reducedNamespace,
  reducedNode,
  reducedService,
  reducedSlice,
  serviceOf,
} from './index.ts';
import { NODE, rawService, rawSlice } from './scenario.ts';

// A name that no server takes, and that JavaScript has plans for.
const anything = fc
  .jsonValue({ maxDepth: 2, noUnicodeString: false })
  .filter((value) => !JSON.stringify(value).includes('__proto__'));
const oddly = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 8, arbitrary: usual }, { weight: 1, arbitrary: anything });
const maybe = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  oddly(fc.record(fields, { requiredKeys: [] }));

const padding = fc.nat(90).map((count) => ' '.repeat(count));
const address = fc
  .tuple(padding, fc.constantFrom('192.0.2.1', '2001:DB8::1', '192.0.2.256', '127.0.0.1', 'x', ''), padding)
  .map((parts) => parts.join(''));
const name = fc.oneof(
  fc.constantFrom('web', 'n7', 'UP', '-', ''),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);
const text = fc.oneof(name, fc.string({ maxLength: 300 }));
const word = fc.constantFrom('LoadBalancer', 'ClusterIP', 'ExternalName', 'None', 'Local', 'Cluster', '');
const labels = oddly(fc.dictionary(fc.stringMatching(/^[a-z./]{1,9}$/), text));

const metadata = maybe({
  name: oddly(name),
  namespace: oddly(name),
  uid: oddly(text),
  creationTimestamp: oddly(text),
  deletionTimestamp: oddly(text),
  labels,
  annotations: maybe({
    'vipcast.io/loadBalancerIPs': oddly(fc.array(address, { maxLength: 90 }).map((all) => all.join(','))),
    'kube-vip.io/loadbalancerIPs': oddly(address),
    'metallb.io/allow-shared-ip': oddly(text),
    'vipcast.io/allow-shared-ip': oddly(text),
    other: text,
  }),
});

const anyService = maybe({
  metadata,
  spec: maybe({
    type: oddly(fc.oneof({ weight: 3, arbitrary: fc.constant('LoadBalancer') }, word)),
    clusterIP: oddly(word),
    externalTrafficPolicy: oddly(word),
    loadBalancerClass: oddly(text),
    loadBalancerIP: oddly(address),
    externalIPs: oddly(fc.array(oddly(address), { maxLength: 70 })),
  }),
  status: maybe({
    loadBalancer: maybe({
      ingress: oddly(
        fc.array(maybe({ ip: oddly(address), ipMode: oddly(fc.constantFrom('VIP', 'Proxy')) }), {
          maxLength: 70,
        }),
      ),
    }),
  }),
});

const flag = oddly(fc.boolean());
const anySlice = maybe({
  metadata: maybe({
    name: oddly(name),
    namespace: oddly(name),
    labels: maybe({ 'kubernetes.io/service-name': oddly(name) }),
  }),
  addressType: oddly(fc.constantFrom('IPv4', 'IPv6', 'FQDN')),
  endpoints: oddly(
    fc.array(
      maybe({
        addresses: oddly(fc.array(address, { maxLength: 2 })),
        nodeName: oddly(fc.constantFrom('n7', 'n8', '')),
        conditions: maybe({ ready: flag, serving: flag, terminating: flag }),
      }),
    ),
  ),
});

const anyNode = maybe({
  metadata: maybe({
    name: oddly(name),
    labels: maybe({ 'node.kubernetes.io/exclude-from-external-load-balancers': anything }),
  }),
  spec: maybe({
    unschedulable: flag,
    taints: oddly(fc.array(maybe({ key: oddly(text) }), { maxLength: 70 })),
  }),
  status: maybe({
    conditions: oddly(
      fc.array(
        maybe({
          type: oddly(fc.constantFrom('NetworkUnavailable', 'Ready')),
          status: oddly(fc.constantFrom('True', 'False')),
        }),
      ),
    ),
  }),
});

/** As it comes out of a log. */
const travelled = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what is kept of an object', () => {
  it.each([
    ['Service', anyService, reducedService, serviceOf],
    ['EndpointSlice', anySlice, reducedSlice, (raw: unknown) => endpointSliceOf(raw, NODE)],
    ['EndpointSlice elsewhere', anySlice, reducedSlice, (raw: unknown) => endpointSliceOf(raw, 'n9')],
    ['Node', anyNode, reducedNode, nodeOf],
    ['Namespace', maybe({ metadata }), reducedNamespace, namespaceOf],
  ] as const)('is all that is read of a %s', (_, any, reduced, read) => {
    fc.assert(
      fc.property(any, (raw) => {
        expect(read(travelled(reduced(raw)))).toEqual(read(raw));
      }),
      { numRuns: 400 },
    );
  });

  it('does not change with what is not read', () => {
    const service = rawService('default/web') as { metadata: object; status: object };
    const changed = {
      ...service,
      metadata: { ...service.metadata, resourceVersion: '7', managedFields: [{}] },
      status: { ...service.status, conditions: [{}] },
    };
    expect(reducedService(changed)).toEqual(reducedService(service));
  });

  it('is one endpoint for each node, the best, in the order of their names', () => {
    const { endpoints } = reducedSlice(
      rawSlice('default/web', 'unready@n2 ready@n1 terminating@n2 ready@n1 ending@n3'),
    );
    expect(endpoints).toEqual([
      { nodeName: 'n1', addresses: ['::'], conditions: { ready: true } },
      { nodeName: 'n2', addresses: ['::'], conditions: { ready: false, serving: true, terminating: true } },
      { nodeName: 'n3', addresses: ['::'], conditions: { ready: false } },
    ]);
  });

  it('is small, whatever somebody wrote', () => {
    const endless = 'x'.repeat(256 * 1024);
    const raw = rawService('default/web', {
      ips: [endless],
      annotations: { 'metallb.io/allow-shared-ip': endless, other: endless },
      labels: { a: endless },
    });
    expect(JSON.stringify(reducedService(raw)).length).toBeLessThan(1000);
  });
});
