import { describe, expect, it } from 'vitest';
import { imported, resourcesOf } from './samples.ts';

const LEGACY = `
apiVersion: v1
kind: ConfigMap
metadata: { namespace: metallb-system, name: config }
data:
  config: |
    peers:
    - peer-address: 10.0.0.1
      peer-asn: 64501
      my-asn: 64500
      hold-time: 120s
      password: hunter2
      node-selectors:
      - match-labels: { rack: r7 }
    bgp-communities:
      noadv: 65535:65282
    address-pools:
    - name: default
      protocol: bgp
      addresses: [198.51.100.0/24]
      avoid-buggy-ips: true
      bgp-advertisements:
      - aggregation-length: 32
        localpref: 100
        communities: [noadv]
      - aggregation-length: 24
    - name: plain
      protocol: bgp
      addresses: [203.0.113.0/24]
    - name: lan
      protocol: layer2
      auto-assign: false
      addresses: [192.0.2.10-192.0.2.20]
`;

describe('the ConfigMap of older versions', () => {
  const { yaml, notes } = imported(LEGACY);

  it('says the same', () => {
    expect(resourcesOf(yaml)).toMatchObject([
      {
        kind: 'BGPPeer',
        name: 'peer1',
        peer: { address: '10.0.0.1', peerASN: 64501, localASN: 64500, holdTime: 120_000 },
        nodeSelector: { matchLabels: { rack: 'r7' } },
        passwordSecret: { name: 'peer1-password' },
      },
      {
        kind: 'BGPAdvertisement',
        name: 'default',
        pools: ['default'],
        set: { communities: ['no-advertise'], localPref: 100 },
      },
      { kind: 'BGPAdvertisement', name: 'default-2', pools: ['default'] },
      { kind: 'BGPAdvertisement', name: 'plain', pools: ['plain'] },
      { kind: 'VIPPool', name: 'default' },
      { kind: 'VIPPool', name: 'plain' },
      { kind: 'VIPPool', name: 'lan', autoAssign: false },
    ]);
  });

  it('leaves out what has no counterpart, and the password', () => {
    for (const word of ['avoidBuggyIPs', 'L2Advertisement lan', 'aggregationLength'])
      expect(notes.join()).toContain(word);
    expect(yaml).not.toContain('hunter2');
  });
});
