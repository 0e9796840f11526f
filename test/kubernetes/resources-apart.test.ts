import { expect, it } from 'vitest';
import { startApart } from '../cluster/apart.ts';
import { startNats } from '../cluster/nats.ts';
import { routeTable } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { startReceiver } from '../interop/receiver.ts';
import { have } from '../setup/packages.ts';
import { startCluster } from './api-server.ts';
import { endpointSlices, node, service } from './objects.ts';
import { acceptedOn, installResources, vipcastObject } from './resources.ts';

const COMMUNITIES = 8;

it.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl', 'nats-server 2.14'))(
  'services that run apart each take resources in, and remember them',
  async () => {
    await using cluster = await startCluster();
    await using nats = await startNats('2.14');
    const at = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0 };
    await using router = await startReceiver(at);
    await installResources(cluster);
    const web = { name: 'web', addresses: ['192.0.2.1'] };
    const peer = vipcastObject('BGPPeer', 'tor1', {
      ...{ address: '127.0.0.1', port: router.port, peerASN: 65001 },
      nodeSelector: { matchLabels: { rack: 'r7' } },
    });
    await cluster.apply(
      node({ name: 'n1', addresses: ['10.0.0.7'], labels: { rack: 'r7' } }),
      service(web),
      ...endpointSlices(web, [{ node: 'n1', addresses: ['10.244.0.5'] }], ['IPv4']),
      vipcastObject('BGPAdvertisement', 'all', { attributes: { communities: ['65000:100'] } }),
      peer,
    );
    await using apart = await startApart(
      null,
      `node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7, holdTime: 9s, connectRetryTime: 1s }
kubernetes: { enabled: true, kubeconfig: ${cluster.kubeconfig} }
log:
  nats: { servers: ['${nats.url}'], replicas: 1 }
`,
    );
    const announced = (what: string): Promise<boolean> =>
      until(() => routeTable(router.updates).get('192.0.2.1/32')?.get(COMMUNITIES) === 'fde80064', {
        what,
        timeout: 40_000,
        explain: apart.stderr,
      });
    await announced('a route with its community');
    await until(async () => (await acceptedOn(cluster, peer)).status === 'True', { what: 'a condition' });

    await cluster.kill();
    await apart.kill('speaker');
    router.clear();
    apart.start('speaker');
    await announced('the same route from a speaker that began without an API server');
    expect(router.establishedCount()).toBe(2);
  },
  120_000,
);
