import { expect, it } from 'vitest';
import {
  apiVersionOf,
  ENDPOINT_SLICES,
  LEASES,
  NODES,
  resource,
  resourcePath,
  SERVICES,
} from './resources.ts';

const peers = resource('vipcast.example', 'v1alpha1', 'bgppeers', 'BGPPeer');

it.each([
  [SERVICES, {}, '/api/v1/services'],
  [SERVICES, { namespace: 'prod' }, '/api/v1/namespaces/prod/services'],
  [
    SERVICES,
    { namespace: 'prod', name: 'web', subresource: 'status' },
    '/api/v1/namespaces/prod/services/web/status',
  ],
  [NODES, { namespace: 'prod', name: 'n1' }, '/api/v1/nodes/n1'],
  [ENDPOINT_SLICES, {}, '/apis/discovery.k8s.io/v1/endpointslices'],
  [
    LEASES,
    { namespace: 'x', name: 'a/../b?c' },
    '/apis/coordination.k8s.io/v1/namespaces/x/leases/a%2F..%2Fb%3Fc',
  ],
  [peers, { subresource: 'status' }, '/apis/vipcast.example/v1alpha1/bgppeers'],
] as const)('%o at %o', (of, place, path) => {
  expect(resourcePath(of, place)).toBe(path);
});

it('writes a group and version as objects do', () => {
  expect([apiVersionOf(SERVICES), apiVersionOf(peers)]).toEqual(['v1', 'vipcast.example/v1alpha1']);
});
