import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { have } from '../setup/packages.ts';
import type { Cluster } from './api-server.ts';
import { HERE, type NodeUnderTest, startNodeUnderTest } from './node-under-test.ts';
import { pod, STACKS, served } from './serving.ts';

/** Milliseconds; the soak test knows longer ones. */
const OUTAGE = 40_000;

const PROBED = ['203.0.113.7', '2001:db8:7::7'];

/** How an API server goes away, and comes back. */
const WAYS: readonly {
  readonly how: string;
  begin(cluster: Cluster): Promise<void> | void;
  end(cluster: Cluster): Promise<void> | void;
}[] = [
  { how: 'killed', begin: ({ kill }) => kill(), end: ({ start }) => start() },
  { how: 'frozen', begin: ({ freeze }) => freeze(), end: ({ thaw }) => thaw() },
];

const isHeard = (logs: string): boolean =>
  logs.lastIndexOf('the Kubernetes API is heard') >= logs.lastIndexOf('the Kubernetes API is not heard');

const missing = !have('namespaces', 'iproute2', 'frr', 'openssl', 'etcd', 'kube-apiserver', 'kubectl');

/** Looks again and again until it is told to stop, and answers with what was missing at any time. */
const watchOver = (under: NodeUnderTest, addresses: readonly string[]) => {
  const lost = new Set<string>();
  let looks = 0;
  let over = false;
  const looking = (async () => {
    while (!over) {
      const now = await under.heard();
      looks++;
      for (const address of addresses) if (!now.has(address)) lost.add(address);
      await delay(250);
    }
  })();
  return async () => {
    over = true;
    await looking;
    return { lost: [...lost], looks };
  };
};

describe.skipIf(missing)('an API server that is away', () => {
  it.concurrent.each(WAYS)(
    '$how, takes nothing away, and local probes are heard meanwhile',
    async ({ begin, end }) => {
      let healthy = '';
      await using under = await startNodeUnderTest('ipv4', (cluster) => {
        healthy = join(cluster.folder, 'healthy');
        const healthCheck = {
          ...{ exec: ['test', '-e', healthy], interval: '500ms', timeout: '400ms' },
          ...{ rise: 1, fall: 2 },
        };
        return { sections: { vips: [{ name: 'probed', addresses: PROBED, healthCheck }] } };
      });
      const be = (isHealthy: boolean) => (isHealthy ? writeFile(healthy, '') : rm(healthy, { force: true }));
      await be(true);
      const wordsOf = (number: number) =>
        STACKS.map(({ stack, addresses }) => ({ name: `${stack}-${number}`, addresses: addresses(number) }));
      const [stay, go, come] = [wordsOf(1), wordsOf(2), wordsOf(3)];
      const addressesOf = (words: typeof stay) => words.flatMap(({ addresses }) => addresses);
      const known = [...stay, ...go];
      for (const words of known) await under.cluster.apply(...served(words, [pod(HERE)]));
      await under.hears(...addressesOf(known), ...PROBED);
      const { establishedCount } = await under.router.session();

      const stop = watchOver(under, addressesOf(known));
      const began = performance.now();
      await begin(under.cluster);
      while (performance.now() - began < OUTAGE) {
        await be(false);
        await under.misses(...PROBED);
        await be(true);
        await under.hears(...PROBED);
      }
      const { lost, looks } = await stop();
      expect([lost, looks > 20]).toEqual([[], true]);

      await end(under.cluster);
      // Whoever was refused for so long asks no more than twice a minute.
      await until(() => isHeard(under.logs()), {
        ...{ what: 'the API server to be heard', timeout: 60_000, explain: under.logs },
      });
      for (const words of go) await under.cluster.apply(...served(words, []));
      for (const words of come) await under.cluster.apply(...served(words, [pod(HERE)]));
      await under.hears(...addressesOf(come));
      await under.misses(...addressesOf(go));
      await under.hears(...addressesOf(stay), ...PROBED);
      expect((await under.router.session()).establishedCount).toBe(establishedCount);
      const { stdout } = await under.vipcast.cli('log', '-o', 'json');
      const withdrawn = stdout.split('\n').filter((line) => line.includes('"vip.Withdrawn"'));
      expect(withdrawn.filter((line) => stay.some(({ name }) => line.includes(`"default/${name}"`)))).toEqual(
        [],
      );
      expect(withdrawn.filter((line) => line.includes('"probed"')).length).toBeGreaterThan(2);
    },
    240_000,
  );
});
