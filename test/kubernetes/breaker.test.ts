import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { known, withdrawals } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { type Cluster, startCluster } from './api-server.ts';
import { node } from './objects.ts';
import { pod, STACKS, served, slicesOf } from './serving.ts';

const PATIENCE = { timeout: 60_000 };
const SERVICES = STACKS.map(({ stack, addresses }) => ({ name: stack, addresses: addresses(1) }));
const ROUTES = SERVICES.flatMap(({ addresses }) => addresses)
  .map((address) => `${address}/${address.includes(':') ? 128 : 32}`)
  .toSorted();

describe.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl'))(
  'an API server that lost its slices',
  () => {
    let cluster: Cluster;
    let router: Receiver;
    let vipcast: Vipcast;
    beforeAll(async () => {
      cluster = await startCluster();
      await cluster.apply(node({ name: 'n1', addresses: ['10.0.0.7'] }));
    });
    beforeEach(async () => {
      router = await startReceiver({
        localASN: 65001,
        routerId: '10.0.0.1',
        address: '127.0.0.1',
        port: 0,
        holdTime: 9,
      });
      await cluster.apply(...SERVICES.flatMap((words) => served(words, [pod('n1')])));
      vipcast = await startVipcast(
        null,
        `node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7, connectRetryTime: 1s }
peers: [{ name: tor1, address: 127.0.0.1, port: ${router.port}, peerASN: 65001 }]
kubernetes: { enabled: true, kubeconfig: ${cluster.kubeconfig} }
`,
      );
      await sees('all routes', () => {
        expect(known(router.updates)).toEqual(ROUTES);
        return true;
      });
    });
    afterEach(async () => {
      await vipcast?.[Symbol.asyncDispose]();
      await router?.[Symbol.asyncDispose]();
    });
    afterAll(() => cluster?.stop());

    const sees = (what: string, condition: () => unknown, timeout = PATIENCE.timeout) =>
      until(condition, { what, timeout, explain: () => `${vipcast.stdout()}${vipcast.stderr()}` });
    /** As the API server of a backup that was restored half way: it knows the Services, and nothing behind them. */
    const loseSlices = async (): Promise<void> => {
      await cluster.kill();
      await cluster.lose('endpointslices/');
      await cluster.compact();
      await cluster.start();
    };
    const reasons = async (): Promise<readonly string[]> => {
      const { stdout } = await vipcast.cli('vips', '-o', 'json');
      return JSON.parse(stdout).items.map(({ reason }: { reason: string }) => reason);
    };
    const describes = (name: string, text: RegExp) =>
      sees(`an Event ${text}`, async () => text.test(await cluster.kubectl(['describe', 'service', name])));
    const areHeld = () =>
      sees('all to be held', async () => {
        expect(await reasons()).toEqual(SERVICES.map(() => 'held'));
        return true;
      });

    it('is not believed: all is held, said so, and forgotten when they come back', {
      timeout: 120_000,
    }, async () => {
      await loseSlices();
      await areHeld();
      await describes('dual', /Warning +Held .*held, since 3 of 3 VIPs would be withdrawn at once/);
      expect((await vipcast.cli('status')).code).toBe(3);
      await cluster.apply(...SERVICES.flatMap((words) => slicesOf(words, [pod('n1')])));
      await sees('what was before', async () => {
        expect(await reasons()).toEqual(SERVICES.map(() => 'endpoints'));
        return true;
      });
      expect(withdrawals(router.updates)).toEqual([]);
      expect(router.establishedCount()).toBe(1);
    });

    // Three more lists, thirty seconds apart.
    it('is believed when it stays with that', { timeout: 240_000 }, async () => {
      await loseSlices();
      await areHeld();
      const since = performance.now();
      await sees('the end of it', () => withdrawals(router.updates).length > 0, 130_000);
      expect(performance.now() - since).toBeGreaterThan(60_000);
      await sees('all of it', () => known(router.updates).length === 0);
      await describes('v6', /Warning +NoEndpoints .*n1 withdraws .*: it has no endpoints/);
      expect(router.establishedCount()).toBe(1);
    });
  },
);
