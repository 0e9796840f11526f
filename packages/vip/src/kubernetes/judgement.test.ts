import { describe, expect, it } from 'vitest';
import { emptyServices, stepServices } from './index.ts';
import {
  after,
  cluster,
  listed,
  noServices,
  noSlices,
  onNode,
  service,
  services,
  settings,
  slice,
  slices,
  told,
  verdict,
} from './scenario.ts';

const web = service('default/web');
const ready = slice('default/web', 'ready');
// What kube-proxy routes to (CategorizeEndpoints): ready, else serving and terminating; under Local, on this node.
describe('endpoints', () => {
  it.each([
    ['Cluster', '', '-default/web no-endpoints 192.0.2.10'],
    ['Cluster', 'ready', 'default/web endpoints 192.0.2.10'],
    ['Cluster', 'unknown', 'default/web endpoints 192.0.2.10'],
    ['Cluster', 'unready ready', 'default/web endpoints 192.0.2.10'],
    ['Cluster', 'unready@n7', '-default/web no-endpoints 192.0.2.10'],
    ['Cluster', 'terminating', 'default/web terminating-endpoints 192.0.2.10'],
    ['Cluster', 'terminating ready', 'default/web endpoints 192.0.2.10'],
    ['Cluster', 'ending', '-default/web no-endpoints 192.0.2.10'],
    ['Local', '', '-default/web no-endpoints 192.0.2.10'],
    ['Local', 'ready@n7', 'default/web local-endpoints 192.0.2.10'],
    ['Local', 'ready', '-default/web no-local-endpoints 192.0.2.10'],
    ['Local', 'ready unready@n7', '-default/web no-local-endpoints 192.0.2.10'],
    ['Local', 'terminating@n7', 'default/web terminating-endpoints 192.0.2.10'],
    ['Local', 'terminating@n7 ready', 'default/web terminating-endpoints 192.0.2.10'],
    ['Local', 'terminating@n7 ready@n7', 'default/web local-endpoints 192.0.2.10'],
    ['Local', 'ending@n7 ready', '-default/web no-local-endpoints 192.0.2.10'],
    ['Local', 'terminating', '-default/web no-local-endpoints 192.0.2.10'],
    ['Local', 'unready@n7', '-default/web no-endpoints 192.0.2.10'],
  ])('under %s, %j', (policy, endpoints, said) => {
    expect(
      verdict(service('default/web', { local: policy === 'Local' }), slice('default/web', endpoints)),
    ).toBe(said);
  });

  const dual = { ips: ['192.0.2.10', '2001:db8::10'] };

  it('of one family announce no address of the other', () => {
    expect(verdict(service('default/web', dual), ready)).toBe(
      'default/web endpoints 192.0.2.10; 2001:db8::10 no-endpoints-of-family',
    );
    expect(verdict(service('default/web', { ips: ['2001:db8::10'] }), ready)).toBe(
      '-default/web no-endpoints-of-family 2001:db8::10',
    );
    expect(verdict(service('default/web', dual), ready, slice('default/web6', 'ready', 'IPv6', 'web'))).toBe(
      'default/web endpoints 192.0.2.10 2001:db8::10',
    );
  });

  it('are counted over all slices', () => {
    const state = cluster(services('list', web), slices('list', slice('default/web', 'unready'), ready));
    const more = slice('default/web-2', 'ready', 'IPv4', 'web');
    const both = after(state, slices('watch', more));
    expect(told(both, slices('watch', slice('default/web', 'unready')))).toEqual([]);
    expect(told(both, noSlices('watch', 'default/web'))).toEqual([]);
    expect(told(after(both, noSlices('watch', 'default/web')), noSlices('watch', 'default/web-2'))).toEqual([
      '-default/web no-endpoints 192.0.2.10',
    ]);
  });

  it('follow a slice that is given to another Service', () => {
    const shop = service('default/shop', { ips: ['192.0.2.20'] });
    const state = cluster(services('list', web, shop), slices('list', ready));
    expect(told(state, slices('watch', slice('default/web', 'ready', 'IPv4', 'shop')))).toEqual([
      '-default/web no-endpoints 192.0.2.10',
      'default/shop endpoints 192.0.2.20',
    ]);
  });

  it('may come before the Service, and need no selector', () => {
    const state = cluster(slices('list', ready));
    expect(told(state, services('watch', service('default/web', { spec: { selector: null } })))).toEqual([
      'default/web endpoints 192.0.2.10',
    ]);
  });

  it('that change places are no news', () => {
    const state = cluster(services('list', web), slices('list', ready));
    expect(told(state, slices('watch', slice('default/web', 'ready ready ready@n7')))).toEqual([]);
  });
});

describe('a Service', () => {
  it.each<[string, object, string]>([
    ['without an address', { ips: [] }, '-default/web no-address'],
    [
      'that asks for one',
      { ips: [], annotations: { 'kube-vip.io/loadbalancerIPs': '192.0.2.1' } },
      '-default/web address-pending 192.0.2.1',
    ],
    [
      'that asks for nonsense',
      { ips: [], annotations: { 'metallb.io/loadBalancerIPs': 'web.example' } },
      '-default/web address-invalid; "web.example" address-invalid',
    ],
    [
      'with one bad address',
      { ips: ['127.0.0.1', '192.0.2.10'] },
      'default/web endpoints 192.0.2.10; 127.0.0.1 address-unfit',
    ],
    [
      'with bad addresses only',
      { ips: ['127.0.0.1'] },
      '-default/web address-unfit; 127.0.0.1 address-unfit',
    ],
    ['of another class', { class: 'other' }, '-default/web class-mismatch 192.0.2.10'],
    [
      'being deleted',
      { metadata: { deletionTimestamp: '2026-01-02T00:00:00Z' } },
      '-default/web deleting 192.0.2.10',
    ],
    ['of another type', { spec: { type: 'NodePort' } }, ''],
  ])('%s', (_, given, said) => {
    expect(verdict(service('default/web', given), ready)).toBe(said);
  });

  it('that is no longer a load balancer, or is deleted, is no VIP any more', () => {
    const state = cluster(services('list', web), slices('list', ready));
    const plain = service('default/web', { spec: { type: 'ClusterIP' } });
    const stepped = stepServices(state, [services('watch', plain)]);
    expect(stepped.verdicts).toMatchObject([{ reason: 'not-load-balancer', ended: true }]);
    expect(told(stepped.state, services('watch', plain))).toEqual([]);
    const deleted = stepServices(state, [noServices('watch', 'default/web')]);
    expect(deleted.verdicts).toMatchObject([
      { reason: 'deleted', ended: true, uid: 'uid-web', addresses: ['192.0.2.10'] },
    ]);
    expect(told(deleted.state, noServices('watch', 'default/web'))).toEqual([]);
  });

  it('that was deleted and made again is another one', () => {
    const state = cluster(services('list', web), slices('list', ready));
    const again = service('default/web', { metadata: { name: 'web', namespace: 'default', uid: 'u2' } });
    expect(stepServices(state, [services('relist', again)]).verdicts).toMatchObject([
      { advertised: true, uid: 'u2' },
    ]);
  });

  it('whose policy flips is judged each time', () => {
    const state = cluster(services('list', web), slices('list', ready));
    const local = services('watch', service('default/web', { local: true }));
    expect(told(state, local)).toEqual(['-default/web no-local-endpoints 192.0.2.10']);
    expect(told(after(state, local), services('watch', web))).toEqual(['default/web endpoints 192.0.2.10']);
  });
});

describe('an address of two Services', () => {
  const young = { created: '2026-02-01T00:00:00Z' };
  const sharing = (key: string) => ({ 'metallb.io/allow-shared-ip': key });
  const shop = service('default/shop', young);
  const both = slices('list', ready, slice('default/shop', 'ready'));

  it('belongs to the older one, whatever it is that it waits for', () => {
    const state = cluster(services('list', shop, web), both);
    const [, refused] = stepServices(emptyServices(settings), [
      onNode(),
      services('list', web, shop),
      both,
      listed,
    ]).verdicts.toSorted((a, b) => Number(b.advertised) - Number(a.advertised));
    expect(refused).toMatchObject({
      vip: 'default/shop',
      reason: 'address-conflict',
      because: '192.0.2.10 belongs to Service default/web, which is older and does not share it',
    });
    expect(told(state, slices('watch', slice('default/web', 'unready')))).toEqual([
      '-default/web no-endpoints 192.0.2.10',
    ]);
    expect(told(state, noServices('watch', 'default/web')).toSorted()).toEqual([
      '-default/web deleted 192.0.2.10',
      'default/shop endpoints 192.0.2.10',
    ]);
  });

  it('of the same age belongs to the first by name', () => {
    const other = service('default/a');
    const state = cluster(services('list', web), slices('list', ready, slice('default/a', 'ready')));
    expect(told(state, services('watch', other)).toSorted()).toEqual([
      '-default/web address-conflict 192.0.2.10',
      'default/a endpoints 192.0.2.10',
    ]);
  });

  it('is announced for both when they share it', () => {
    const one = service('default/web', { annotations: sharing('key') });
    const other = service('default/shop', { ...young, annotations: sharing('key') });
    const third = service('default/third', { ...young, annotations: sharing('other key') });
    expect(
      told(emptyServices(settings), onNode(), services('list', one, other, third), both, listed).toSorted(),
    ).toEqual([
      '-default/third address-conflict 192.0.2.10',
      'default/shop endpoints 192.0.2.10',
      'default/web endpoints 192.0.2.10',
    ]);
  });

  it('is no matter for a Service that is not ours to announce', () => {
    const foreign = service('default/web', { class: 'other' });
    const state = cluster(services('list', foreign, shop), both);
    expect(told(state, services('watch', web)).toSorted()).toEqual([
      '-default/shop address-conflict 192.0.2.10',
      'default/web endpoints 192.0.2.10',
    ]);
  });
});
