import { join } from 'node:path';
import { resourceOf } from '@vipcast/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { have } from '../setup/packages.ts';
import { type Cluster, startCluster } from './api-server.ts';
import { collectionOf, type KubernetesObject, pathOf } from './object.ts';

const CRDS = join(import.meta.dirname, '../../deploy/crds');

const of =
  (kind: string, name: string) =>
  (spec: string): KubernetesObject => ({
    apiVersion: 'vipcast.io/v1alpha1',
    kind,
    metadata: { name },
    spec: parse(spec),
  });
const peer = of('BGPPeer', 'tor1');
const advertisement = of('BGPAdvertisement', 'gold');
const pool = of('VIPPool', 'public');

/** What is wrong, and the field that the API server names; last what our own reading names, if that differs. */
const INVALID: readonly (readonly [KubernetesObject, string, string?])[] = [
  [peer('{ peerASN: 65001 }'), 'spec.address', 'merge'],
  [peer('{ address: 10.0.0.1, interface: eth0, peerASN: 65001 }'), 'spec.address', 'merge'],
  [peer('{ address: 10.0.0.1 }'), 'spec.peerASN'],
  [peer('{ address: 10.0.0.1, peerASN: 0 }'), 'spec.peerASN'],
  [peer('{ address: 10.0.0.1, peerASN: 23456 }'), 'spec.peerASN'],
  [peer('{ address: 10.0.0.1, peerASN: 4294967295 }'), 'spec.peerASN'],
  [peer('{ address: 10.0.0.1, peerASN: "65001" }'), 'spec.peerASN'],
  [peer('{ address: 10.0.0.1, peerASN: externl }'), 'spec.peerASN'],
  [peer('{ address: 10.0.0.1, peerASN: 65001.5 }'), 'spec.peerASN'],
  [peer('{ address: 10.0.0.1, peerASN: external, localASN: 65535 }'), 'spec.localASN'],
  [peer('{ address: tor1.example, peerASN: external }'), 'spec.address'],
  [peer('{ address: 10.0.0.0/24, peerASN: external }'), 'spec.address'],
  [peer('{ address: 224.0.0.5, peerASN: external }'), 'spec.address'],
  [peer('{ address: "::", peerASN: external }'), 'spec.address'],
  [peer('{ address: "::ffff:10.0.0.1", peerASN: external }'), 'spec.address'],
  [peer('{ address: "fe80::1%eth0", peerASN: external }'), 'spec.address'],
  [peer('{ interface: "eth0/1", peerASN: external }'), 'spec.interface'],
  [peer('{ address: 10.0.0.1, peerASN: external, port: 0 }'), 'spec.port'],
  [peer('{ address: 10.0.0.1, peerASN: external, port: 65536 }'), 'spec.port'],
  [
    peer('{ address: 10.0.0.1, peerASN: external, ttlSecurity: true, multihop: 4 }'),
    'spec.multihop',
    'merge',
  ],
  [peer('{ address: 10.0.0.1, peerASN: external, multihop: 256 }'), 'spec.multihop'],
  [peer('{ address: 10.0.0.1, peerASN: external, holdTime: 2s }'), 'spec.holdTime'],
  [peer('{ address: 10.0.0.1, peerASN: external, holdTime: 9500ms }'), 'spec.holdTime'],
  [peer('{ address: 10.0.0.1, peerASN: external, holdTime: 20h }'), 'spec.holdTime'],
  [peer('{ address: 10.0.0.1, peerASN: external, holdTime: 9 }'), 'spec.holdTime'],
  [peer('{ address: 10.0.0.1, peerASN: external, holdTime: nine }'), 'spec.holdTime'],
  [peer('{ address: 10.0.0.1, peerASN: external, keepaliveTime: 0s }'), 'spec.keepaliveTime'],
  [
    peer('{ address: 10.0.0.1, peerASN: external, holdTime: 9s, keepaliveTime: 9s }'),
    'spec.keepaliveTime',
    'merge',
  ],
  [peer('{ address: 10.0.0.1, peerASN: external, connectRetryTime: 9ms }'), 'spec.connectRetryTime'],
  [peer('{ address: 10.0.0.1, peerASN: external, families: [] }'), 'spec.families'],
  [peer('{ address: 10.0.0.1, peerASN: external, families: [ipv4] }'), 'spec.families[0]'],
  [
    peer('{ address: 10.0.0.1, peerASN: external, sourceAddress: 10.0.0.7, sourceInterface: eth0 }'),
    'spec.sourceInterface',
    'merge',
  ],
  [peer('{ address: 10.0.0.1, peerASN: external, sourceAddress: 10.0.0.1 }'), 'spec.sourceAddress', 'merge'],
  [peer('{ address: 10.0.0.1, peerASN: external, sourceAddress: fd00::7 }'), 'spec.sourceAddress', 'merge'],
  [peer('{ address: 10.0.0.1, peerASN: external, nextHop: { strategy: magic } }'), 'spec.nextHop.strategy'],
  [peer('{ address: 10.0.0.1, peerASN: external, nextHop: { ipv6: 192.0.2.1 } }'), 'spec.nextHop.ipv6'],
  [peer('{ address: 10.0.0.1, peerASN: external, nextHop: { ipv4: 127.0.0.1 } }'), 'spec.nextHop.ipv4'],
  [
    peer('{ address: 10.0.0.1, peerASN: external, nextHop: { strategy: session, ipv6: "fd00::7" } }'),
    'spec.nextHop',
    'merge',
  ],
  [
    peer('{ address: 10.0.0.1, peerASN: external, passwordSecret: { key: tor1 } }'),
    'spec.passwordSecret.name',
  ],
  [
    peer('{ address: 10.0.0.1, peerASN: external, passwordSecret: { name: ../etc } }'),
    'spec.passwordSecret.name',
  ],
  [
    peer('{ address: 10.0.0.1, peerASN: external, passwordSecret: { name: tor1, key: .. } }'),
    'spec.passwordSecret.key',
  ],
  [
    peer(
      '{ address: 10.0.0.1, peerASN: external, nodeSelector: { matchExpressions: [{ key: rack, operator: In }] } }',
    ),
    'spec.nodeSelector.matchExpressions[0].values',
  ],
  [
    peer(
      '{ address: 10.0.0.1, peerASN: external, nodeSelector: { matchExpressions: [{ key: rack, operator: Is }] } }',
    ),
    'spec.nodeSelector.matchExpressions[0].operator',
  ],
  [of('BGPPeer', 'tor1.rack7')('{ address: 10.0.0.1, peerASN: external }'), 'metadata.name'],
  [of('VIPPool', 'p'.repeat(64))('{ addresses: [192.0.2.0/24] }'), 'metadata.name'],
  [
    advertisement('{ namespaces: [a], namespaceSelector: { matchLabels: { team: a } } }'),
    'spec.namespaceSelector',
  ],
  [advertisement('{ peers: [] }'), 'spec.peers'],
  [advertisement('{ peers: [Tor1] }'), 'spec.peers[0]'],
  [advertisement('{ attributes: { communities: ["65536:1"] } }'), 'spec.attributes.communities[0]'],
  [advertisement('{ attributes: { communities: [no-exports] } }'), 'spec.attributes.communities[0]'],
  [advertisement('{ attributes: { largeCommunities: ["1:2"] } }'), 'spec.attributes.largeCommunities[0]'],
  [
    advertisement('{ attributes: { largeCommunities: ["1:2:4294967296"] } }'),
    'spec.attributes.largeCommunities[0]',
  ],
  [
    advertisement('{ attributes: { extendedCommunities: [route-target] } }'),
    'spec.attributes.extendedCommunities[0]',
  ],
  [advertisement('{ attributes: { localPref: -1 } }'), 'spec.attributes.localPref'],
  [advertisement('{ attributes: { med: 4294967296 } }'), 'spec.attributes.med'],
  [advertisement('{ attributes: { prepend: 33 } }'), 'spec.attributes.prepend'],
  [advertisement('{ attributes: { nextHop: "fe80::1" } }'), 'spec.attributes.nextHop'],
  [
    advertisement('{ families: [ipv4-unicast], attributes: { nextHop: "fd00::1" } }'),
    'spec.attributes.nextHop',
  ],
  [advertisement('{ priority: high }'), 'spec.priority'],
  [pool('{ autoAssign: true }'), 'spec.addresses'],
  [pool('{ addresses: [] }'), 'spec.addresses'],
  [pool('{ addresses: [192.0.2.1] }'), 'spec.addresses[0]'],
  [pool('{ addresses: [192.0.2.1/24] }'), 'spec.addresses[0]'],
  [pool('{ addresses: [192.0.2.0/24, "192.0.2.1-2001:db8::1"] }'), 'spec.addresses[1]'],
  [pool('{ addresses: [192.0.2.1-192.0.2.5-192.0.2.9] }'), 'spec.addresses[0]'],
  [pool('{ addresses: [192.0.2.0/24], sharing: always }'), 'spec.sharing'],
];

const VALID: readonly KubernetesObject[] = [
  peer('{ address: 10.0.0.1, peerASN: 65001 }'),
  peer(`
    address: 2001:db8::1
    port: 1179
    peerASN: internal
    localASN: 4200000000
    families: [ipv6-unicast, ipv4-unicast]
    nextHop: { strategy: fixed, ipv4: 192.0.2.7 }
    sourceAddress: 2001:db8::7
    passwordSecret: { name: tor1.bgp, key: .hidden_Key-1 }
    multihop: 4
    holdTime: 1m
    keepaliveTime: 20s
    connectRetryTime: 500ms
    nodeSelector:
      matchLabels: { topology.kubernetes.io/zone: a, empty: "" }
      matchExpressions: [{ key: rack, operator: NotIn, values: [r1, r2] }, { key: gpu, operator: Exists }]`),
  peer('{ interface: eth0.100, peerASN: external, holdTime: 0s, ttlSecurity: true, passive: false }'),
  peer(
    '{ address: fe80::1, peerASN: external, sourceInterface: eth0, nextHop: { strategy: source-interface } }',
  ),
  advertisement('{}'),
  advertisement(`
    serviceSelector: { matchLabels: { tier: gold } }
    namespaceSelector: { matchExpressions: [{ key: team, operator: DoesNotExist }] }
    pools: [public]
    nodeSelector: {}
    peers: [tor1, tor2]
    families: [ipv6-unicast]
    priority: -5
    attributes:
      communities: ['65000:100', no-export, graceful-shutdown, '0:0']
      largeCommunities: ['65000:1:2', '4294967295:0:0']
      extendedCommunities: ['rt:65000:1', 'ro:192.0.2.1:7', 'rt:65000L:9', '0x4300000000000001']
      localPref: 4294967295
      med: 0
      prepend: 3
      nextHop: 2001:db8::9`),
  pool(
    '{ addresses: [192.0.2.0/24, 198.51.100.7/32, 2001:db8::/64, 203.0.113.10-203.0.113.20, "fd00::1-fd00::ff"] }',
  ),
  pool(
    '{ addresses: [203.0.113.0/24], autoAssign: false, namespaces: [default], priority: 7, sharing: never }',
  ),
];

describe.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl'))(
  'the CustomResourceDefinitions',
  () => {
    let cluster: Cluster;

    beforeAll(async () => {
      cluster = await startCluster();
      await cluster.kubectl(['apply', '-f', CRDS]);
      await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=60s', '-f', CRDS]);
    });

    afterAll(() => cluster.stop());

    const dryRun = (object: KubernetesObject) =>
      cluster.request('POST', `${collectionOf(object)}?dryRun=All&fieldValidation=Strict`, object);

    it('are structural', async () => {
      const { items } = JSON.parse(await cluster.kubectl(['get', 'crds', '-o', 'json'])) as {
        items: { status: { conditions: { type: string; status: string }[] } }[];
      };
      expect(items).toHaveLength(3);
      for (const { status } of items)
        expect(status.conditions.filter(({ type }) => type === 'NonStructuralSchema')).toEqual([]);
    });

    it.each(VALID.map((object) => [JSON.stringify([object.kind, object.spec]), object] as const))(
      'accept %s',
      async (_, object) => {
        const { status, body } = await dryRun(object);
        expect(body).toMatchObject({ kind: object.kind });
        expect(status).toBeLessThan(300);
        expect(resourceOf(object)).toMatchObject({ ok: true });
      },
    );

    it.each(INVALID.map((row) => [row[1], JSON.stringify([row[0].kind, row[0].spec]), row] as const))(
      'refuse, naming %s: %s',
      async (field, _, [object, , ours]) => {
        const { status, body } = await dryRun(object);
        expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining(field)]);
        const read = resourceOf(object);
        // What concerns two fields of a peer is seen once it has inherited what it does not say.
        if (ours === 'merge') expect(read.ok).toBe(true);
        else expect(read.ok || read.findings.map((finding) => finding.field)).toEqual([ours ?? field]);
      },
    );

    it('give their status apart, with a condition of each type once', async () => {
      const kept = of('BGPPeer', 'kept')('{ address: 10.0.0.1, peerASN: 65001 }');
      await cluster.apply(kept);
      const status = {
        state: 'Established 1/1',
        conditions: [
          {
            type: 'Accepted',
            status: 'True',
            reason: 'Accepted',
            message: '',
            lastTransitionTime: '2026-11-23T09:41:07Z',
          },
        ],
      };
      const path = `${pathOf(kept)}/status`;
      const merge = 'application/merge-patch+json';
      expect((await cluster.request('PATCH', path, { status }, merge)).status).toBe(200);
      const twice = { status: { conditions: [status.conditions[0], status.conditions[0]] } };
      expect((await cluster.request('PATCH', path, twice, merge)).body).toMatchObject({
        message: expect.stringMatching(/status\.conditions\[1\].*Duplicate/),
      });
      const shown = await cluster.kubectl(['get', 'bp', 'kept']);
      expect(shown).toMatch(/ADDRESS +ASN +STATE +ACCEPTED +AGE/);
      expect(shown).toMatch(/kept +10\.0\.0\.1 +65001 +Established 1\/1 +True/);
      for (const name of ['bgppeer', 'bgpadv', 'bgpadvertisement', 'vippool', 'vp', 'vipcast'])
        await cluster.kubectl(['get', name]);
    });

    it('keep an unknown field out', async () => {
      const { status, body } = await dryRun(peer('{ address: 10.0.0.1, peerASN: 65001, peerAsn: 1 }'));
      expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('peerAsn')]);
    });
  },
);
