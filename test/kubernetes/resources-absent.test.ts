import { expect, it } from 'vitest';
import { known } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { startReceiver } from '../interop/receiver.ts';
import { startVipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { startCluster } from './api-server.ts';
import { endpointSlices, node, service } from './objects.ts';

it.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl'))(
  'in a cluster without our kinds every Service goes to every peer of the file',
  async () => {
    await using cluster = await startCluster();
    const at = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0 };
    await using router = await startReceiver(at);
    const web = { name: 'web', addresses: ['192.0.2.1'] };
    await cluster.apply(
      node({ name: 'n1', addresses: ['10.0.0.7'] }),
      service(web),
      ...endpointSlices(web, [{ node: 'n1', addresses: ['10.244.0.5'] }], ['IPv4']),
    );
    await using vipcast = await startVipcast(
      null,
      `node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7, connectRetryTime: 1s }
peers: [{ name: tor1, address: 127.0.0.1, port: ${router.port}, peerASN: 65001 }]
kubernetes: { enabled: true, kubeconfig: ${cluster.kubeconfig} }
`,
    );
    await until(() => known(router.updates).includes('192.0.2.1/32'), {
      what: 'a route',
      timeout: 30_000,
      explain: vipcast.stdout,
    });
    expect(vipcast.stdout()).not.toContain('cannot be heard');
  },
);
