import { ipv4 } from '@vipcast/net';
import { describe, expect, it } from 'vitest';
import { servicesConfigOf } from './settings.ts';

const kubernetes = {
  enabled: true,
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
};
const gold = {
  name: 'gold',
  serviceSelector: { matchLabels: { tier: 'gold' } },
  namespaces: ['shop'],
  namespaceSelector: null,
  addresses: [{ first: '192.0.2.0', last: '192.0.2.255' }],
  peers: null,
  families: null,
  set: {} as never,
};
const advertisementsOf = (...advertisements: object[]) =>
  servicesConfigOf({ kubernetes, advertisements: advertisements as never }, 'n7')?.advertisements;

describe('the configuration', () => {
  it('says nothing of Services unless Kubernetes is enabled', () => {
    expect(servicesConfigOf({}, 'n7')).toBeUndefined();
    expect(servicesConfigOf({ kubernetes: { ...kubernetes, enabled: false } }, 'n7')).toBeUndefined();
    expect(servicesConfigOf({ kubernetes }, 'n7')).toMatchObject({
      settings: { node: 'n7', drainTaints: ['vipcast.io/drain'] },
      advertisements: null,
    });
  });

  it('has advertisements with what they select', () => {
    expect(advertisementsOf(gold)).toMatchObject([
      {
        name: 'gold',
        serviceSelector: { matchLabels: { tier: 'gold' } },
        namespaces: ['shop'],
        namespaceSelector: null,
        addresses: [{ first: ipv4(0xc0000200), last: ipv4(0xc00002ff) }],
      },
    ]);
  });

  it('of an earlier release has advertisements that select all', () => {
    const { name, peers, families, set } = gold;
    expect(advertisementsOf({ name, peers, families, set })).toEqual([
      { name: 'gold', serviceSelector: null, namespaces: null, namespaceSelector: null, addresses: null },
    ]);
    expect(advertisementsOf()).toEqual([]);
  });
});
