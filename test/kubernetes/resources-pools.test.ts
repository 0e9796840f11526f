import { expect, it } from 'vitest';
import { known, withdrawals } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { startVipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { startCluster } from './api-server.ts';
import { endpointSlices, node, service } from './objects.ts';
import { installResources, vipcastObject } from './resources.ts';

it.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl'))(
  'of a Service with addresses in two pools each peer hears that of its advertisement',
  async () => {
    await using cluster = await startCluster();
    await installResources(cluster);
    const at = { localASN: 65001, routerId: '10.0.0.1', port: 0, holdTime: 9 };
    await using office = await startReceiver({ ...at, address: '127.0.0.1' });
    await using world = await startReceiver({ ...at, address: '127.0.0.2' });
    const web = { name: 'web', addresses: ['192.0.2.1', '198.51.100.1'] };
    const peer = (name: string, address: string, { port }: Receiver) =>
      vipcastObject('BGPPeer', name, { address, port, peerASN: 65001 });
    const pool = (name: string, addresses: string) =>
      vipcastObject('VIPPool', name, { addresses: [addresses] });
    const advertisement = (name: string, pools: readonly string[]) =>
      vipcastObject('BGPAdvertisement', name, { pools, peers: [name] });
    await cluster.apply(
      node({ name: 'n1', addresses: ['10.0.0.7'] }),
      service(web),
      ...endpointSlices(web, [{ node: 'n1', addresses: ['10.244.0.5'] }], ['IPv4']),
      ...[peer('office', '127.0.0.1', office), peer('world', '127.0.0.2', world)],
      ...[pool('inside', '192.0.2.0/24'), pool('outside', '198.51.100.0-198.51.100.9')],
      ...[advertisement('office', ['inside']), advertisement('world', ['outside'])],
    );
    await using vipcast = await startVipcast(
      null,
      `node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7, holdTime: 9s, connectRetryTime: 1s }
kubernetes: { enabled: true, kubeconfig: ${cluster.kubeconfig} }
`,
    );
    const heard = (officeHas: readonly string[], worldHas: readonly string[]) =>
      until(
        () => expect([known(office.updates), known(world.updates)]).toEqual([officeHas, worldHas]) ?? true,
        {
          what: `${officeHas} and ${worldHas}`,
          timeout: 30_000,
          explain: vipcast.stderr,
        },
      );
    await heard(['192.0.2.1/32'], ['198.51.100.1/32']);
    expect([...withdrawals(office.updates), ...withdrawals(world.updates)]).toEqual([]);
    const { stdout } = await vipcast.cli('why', '192.0.2.1', '--peer', 'world');
    expect(stdout).toContain('no BGPAdvertisement lets it go to this peer');
    await cluster.apply(advertisement('world', ['inside', 'outside']));
    await heard(['192.0.2.1/32'], ['192.0.2.1/32', '198.51.100.1/32']);
  },
  120_000,
);
