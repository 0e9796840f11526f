import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeTable } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { have } from '../setup/packages.ts';
import { type ApartNode, startApart } from './apart.ts';
import { kubernetesYaml, type Lab, startLab } from './shared-watcher-lab.ts';
import { siteYaml } from './sites.ts';

const ROUTER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };
const ONE_EACH = { endpointslices: 1, nodes: 1, services: 1 };

describe.skipIf(!have('nats-server 2.14', 'openssl', 'etcd', 'kube-apiserver'))(
  'a watcher that runs apart',
  () => {
    const cleanup = new AsyncDisposableStack();
    let lab: Lab;
    let router: Receiver;
    let apart: ApartNode;
    beforeAll(async () => {
      lab = cleanup.use(await startLab());
      await lab.serve('first', '192.0.2.1');
      router = cleanup.use(await startReceiver(ROUTER));
      const more = kubernetesYaml(lab.cluster.kubeconfig);
      apart = cleanup.use(
        await startApart(null, siteYaml('n1', router.port, { urls: [lab.nats.url] }, more)),
      );
      await lab.start('n2');
    });
    afterAll(() => cleanup.disposeAsync());

    const explain = (): string => `${apart.stderr()}\n${lab.logs()}`;
    const untilWatchedBy = (name: string) =>
      until(
        async () => {
          expect([await lab.watcher('n2'), lab.asked.watching()]).toEqual([name, ONE_EACH]);
          return true;
        },
        { what: `${name} to watch for all`, timeout: 60_000, interval: 500, explain },
      );
    const bothHear = async (address: string): Promise<void> => {
      await until(() => routeTable(router.updates).has(`${address}/32`), {
        what: `n1 to announce ${address}`,
        timeout: 30_000,
        explain,
      });
      await lab.hear(address, ['n2'], true, 30_000);
    };

    it('watches for others, and is followed by others', { timeout: 200_000 }, async () => {
      await bothHear('192.0.2.1');
      // Whoever was there first watches; when n2 stops that is n1.
      await lab.sites.get('n2')!.vipcast.stop();
      await lab.sites.get('n2')!.vipcast.restart();
      await untilWatchedBy('n1');
      await lab.serve('second', '192.0.2.2');
      await bothHear('192.0.2.2');
      await apart.kill('vip-watcher');
      await untilWatchedBy('n2');
      apart.start('vip-watcher');
      await lab.serve('third', '192.0.2.3');
      await bothHear('192.0.2.3');
      await untilWatchedBy('n2');
      expect(await lab.withdrawn('n2')).toEqual([]);
    });
  },
);
