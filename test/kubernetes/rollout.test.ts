import { expect, it } from 'vitest';
import { known, withdrawals } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { startReceiver } from '../interop/receiver.ts';
import { startVipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { startCluster } from './api-server.ts';
import { crowd } from './crowd.ts';
import { type EndpointWords, node } from './objects.ts';
import { pod, STACKS, served, slicesOf } from './serving.ts';

const ROLLOUTS = 50;

/** The Pods of one rollout, as the EndpointSlice controller tells of them. */
type Rollout = (old: EndpointWords, next: EndpointWords) => readonly (readonly EndpointWords[])[];

const unready = (words: EndpointWords): EndpointWords => ({ ...words, ready: false });
const ending = (words: EndpointWords): EndpointWords => ({
  ...words,
  ...{ ready: false, serving: true, terminating: true },
});

/** A Deployment's default: the next Pod is ready before the old one is told to end. */
const surge: Rollout = (old, next) => [[old, unready(next)], [old, next], [ending(old), next], [next]];

/** A node that is drained, or maxSurge 0: the old Pod ends, and serves until the next one is ready. */
const replaced: Rollout = (old, next) => [
  [ending(old)],
  [ending(old), unready(next)],
  [ending(old), next],
  [next],
];

const generation = (number: number): EndpointWords =>
  pod('n1', { addresses: [`10.244.${number}.5`, `fd00:10:245::${(number + 1).toString(16)}`] });

it.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl'))(
  'fifty rollouts, and no router hears of one',
  async () => {
    await using cluster = await startCluster();
    using writes = crowd(cluster);
    const at = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };
    await using router = await startReceiver(at);
    const services = STACKS.flatMap(({ stack, addresses }) =>
      [true, false].map((local) => ({
        ...{ name: `${stack}-${local ? 'local' : 'cluster'}`, local },
        addresses: addresses(local ? 1 : 2),
      })),
    );
    await cluster.apply(
      node({ name: 'n1', addresses: ['10.0.0.7'] }),
      ...services.flatMap((words) => served(words, [generation(0)])),
    );
    await using vipcast = await startVipcast(
      null,
      `node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7, connectRetryTime: 1s }
peers: [{ name: tor1, address: 127.0.0.1, port: ${router.port}, peerASN: 65001 }]
kubernetes: { enabled: true, kubeconfig: ${cluster.kubeconfig} }
`,
    );
    const logs = (): string => vipcast.stdout() + vipcast.stderr();
    const all = services.flatMap(({ addresses }) => addresses);
    await until(() => known(router.updates).length === all.length, {
      ...{ what: 'all routes', timeout: 30_000, explain: logs },
    });
    const said = async (): Promise<readonly string[]> => {
      const { stdout } = await vipcast.cli('log', '-o', 'json');
      return stdout.split('\n').filter((line) => /"vip\.(Advertised|Withdrawn|Withheld)"/.test(line));
    };
    const before = (await said()).length;
    const updates = router.updates.length;

    await Promise.all(
      services.map(async (words) => {
        for (let number = 1; number <= ROLLOUTS; number++) {
          const rollout = number % 2 === 0 ? surge : replaced;
          for (const pods of rollout(generation(number - 1), generation(number)))
            for (const slice of slicesOf(words, pods))
              await writes.patch(slice, { endpoints: slice.endpoints });
        }
      }),
    );
    // What is told last is heard last: all before it was heard too.
    const [last] = services;
    for (const slice of slicesOf(last!, [])) await writes.patch(slice, { endpoints: [] });
    await until(() => withdrawals(router.updates).length > 0, {
      ...{ what: 'the one withdrawal that is meant', timeout: 30_000, explain: logs },
    });
    expect(withdrawals(router.updates)).toEqual(last!.addresses.map((address) => `${address}/32`));
    expect(router.establishedCount()).toBe(1);
    // Nor is any route told anew; the End-of-RIB markers came before.
    expect(router.updates.length - updates).toBe(1);
    // It was no mute: every second rollout leaves a Service to Pods that end.
    const told = (await said()).slice(before);
    expect(told.filter((line) => line.includes('"terminating-endpoints"')).length).toBeGreaterThan(ROLLOUTS);
    expect(told.filter((line) => line.includes('"vip.Withdrawn"'))).toHaveLength(1);
  },
  180_000,
);
