import { expect, it } from 'vitest';
import { known, withdrawals } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { startReceiver } from '../interop/receiver.ts';
import { startVipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { startCluster } from './api-server.ts';
import { crowd } from './crowd.ts';
import { node, type ServiceWords } from './objects.ts';
import { pod, served, slicesOf } from './serving.ts';

const SERVICES = 1002;
const CHANGES = 60;

/** A third of them in each family, a third in both. */
const wordsOf = (number: number): ServiceWords & { readonly addresses: readonly string[] } => {
  const both = [`10.9.${number >> 8}.${number & 255}`, `2001:db8:9::${number.toString(16)}`];
  const addresses = number % 3 === 2 ? both : [both[number % 3]!];
  return { name: `s${number}`, addresses };
};
const prefixOf = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`;

/** The median, the value that 99 of 100 do not exceed, and the largest; in milliseconds. */
const spread = (values: readonly number[]): string => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
};

it.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl'))(
  'a thousand Services are announced, and each change is an UPDATE at once',
  async () => {
    await using cluster = await startCluster();
    using writes = crowd(cluster);
    const at = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };
    await using router = await startReceiver(at);
    await cluster.apply(node({ name: 'n1', addresses: ['10.0.0.7'] }));
    const yaml = `node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7, connectRetryTime: 1s }
peers: [{ name: tor1, address: 127.0.0.1, port: ${router.port}, peerASN: 65001 }]
kubernetes: { enabled: true, kubeconfig: ${cluster.kubeconfig} }
`;
    await using vipcast = await startVipcast(null, yaml);
    const logs = (): string => vipcast.stdout() + vipcast.stderr();
    await until(() => router.established(), { what: 'a session', timeout: 30_000, explain: logs });

    const services = Array.from({ length: SERVICES }, (_, number) => wordsOf(number));
    const expected = services.flatMap(({ addresses }) => addresses.map(prefixOf)).toSorted();
    const began = performance.now();
    // Slices first, as if each Service were the last thing that was missing.
    await writes.create(services.flatMap((words) => served(words, [pod('n1')]).toReversed()));
    const written = performance.now();
    await until(() => known(router.updates).length === expected.length, {
      ...{ what: 'all routes', timeout: 60_000, interval: 10, explain: logs },
    });
    const heard = performance.now();
    expect(known(router.updates)).toEqual(expected);
    expect(withdrawals(router.updates)).toEqual([]);

    const [fromSent, fromAnswered]: [number[], number[]] = [[], []];
    for (let change = 0; change < CHANGES; change++) {
      const words = services[(change * 17) % SERVICES]!;
      const prefixes = words.addresses.map(prefixOf);
      for (const ready of [false, true]) {
        router.clear();
        const sent = process.hrtime.bigint();
        const slices = slicesOf(words, [pod('n1', { ready })]);
        await Promise.all(slices.map((slice) => writes.patch(slice, { endpoints: slice.endpoints })));
        const answered = process.hrtime.bigint();
        const told = () => (ready ? known(router.updates) : withdrawals(router.updates));
        await until(() => prefixes.every((prefix) => told().includes(prefix)), {
          ...{ what: `${words.name} to be ${ready ? 'announced' : 'withdrawn'}`, interval: 1, explain: logs },
        });
        const last = router.updates.at(-1)!.at;
        fromSent.push(Number(last - sent) / 1e6);
        fromAnswered.push(Number(last - answered) / 1e6);
      }
    }
    console.log(
      `${SERVICES} Services: written in ${((written - began) / 1000).toFixed(1)} s, all announced ${(heard - written).toFixed(0)} ms later. ` +
        `Change to UPDATE, from its request: ${spread(fromSent)}; from its answer: ${spread(fromAnswered)}`,
    );
    expect(Math.max(...fromSent)).toBeLessThan(5000);

    // A restart brings them back without asking anybody.
    router.clear();
    await cluster.kill();
    await vipcast.restart();
    await until(() => known(router.updates).length === expected.length, {
      ...{ what: 'all routes again', timeout: 30_000, explain: logs },
    });
    expect(withdrawals(router.updates)).toEqual([]);
  },
  180_000,
);
