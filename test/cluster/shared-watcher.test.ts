import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { node, service } from '../kubernetes/objects.ts';
import { have } from '../setup/packages.ts';
import { type Lab, NAMES, startLab } from './shared-watcher-lab.ts';

const ONE_EACH = { endpointslices: 1, nodes: 1, services: 1 };
const THREE_EACH = { endpointslices: 3, nodes: 3, services: 3 };

describe.skipIf(!have('nats-server 2.14', 'openssl', 'etcd', 'kube-apiserver'))(
  'one watcher for three nodes',
  () => {
    let lab: Lab;
    beforeAll(async () => {
      lab = await startLab();
      await lab.serve('first', '192.0.2.1');
      for (const name of NAMES) await lab.start(name);
      await untilWatched(ONE_EACH);
    });
    afterAll(() => lab?.[Symbol.asyncDispose]());

    /** What each node had withdrawn when the test began. */
    const withdrawn = new Map<string, readonly string[]>();
    const nothingIsLost = async (names: readonly string[]): Promise<void> => {
      for (const name of names) expect(await lab.withdrawn(name)).toEqual(withdrawn.get(name));
    };
    beforeEach(async () => {
      for (const { vipcast } of NAMES.map((name) => lab.sites.get(name)!))
        if (!vipcast.alive()) await vipcast.restart();
      await lab.hear('192.0.2.1', NAMES, true, 60_000);
      await untilWatched(ONE_EACH);
      for (const name of NAMES) withdrawn.set(name, await lab.withdrawn(name));
    });

    const untilWatched = (wanted: Readonly<Record<string, number>>, timeout = 60_000) =>
      until(
        () => {
          expect(lab.asked.watching()).toEqual(wanted);
          return true;
        },
        { what: 'as many watches as there should be', timeout, interval: 200, explain: lab.logs },
      );

    it('tells all of them what the API server tells it', async () => {
      await lab.hear('192.0.2.1', NAMES, true, 30_000);
      await lab.serve('second', '192.0.2.2');
      await lab.hear('192.0.2.2', NAMES);
      expect(lab.asked.watching()).toEqual(ONE_EACH);
    });

    it('tells a node that joins late, which asks the API server nothing', async () => {
      const lists = lab.asked.lists('services');
      await lab.cluster.apply(node({ name: 'n4', addresses: ['127.0.0.1'] }));
      await using late = await lab.start('n4');
      await lab.hear('192.0.2.1', [late.name], true, 30_000);
      await lab.serve('third', '192.0.2.3');
      await lab.hear('192.0.2.3', [...NAMES, late.name]);
      expect([lab.asked.watching(), lab.asked.lists('services')]).toEqual([ONE_EACH, lists]);
    });

    it('tells each node what concerns it alone', async () => {
      await lab.serve('local', '192.0.2.4', { local: true });
      await lab.hear('192.0.2.4', ['n1']);
      await until(async () => (await lab.why('n2', '192.0.2.4')).includes('no-local-endpoints'), {
        what: 'a reason',
      });
      await lab.hear('192.0.2.4', ['n2', 'n3'], false);
    });

    it('is followed by another when it is killed, and nothing is withdrawn', {
      timeout: 200_000,
    }, async () => {
      const before = await lab.watcher('n3');
      const others = NAMES.filter((name) => name !== before);
      await lab.sites.get(before!)!.vipcast.kill();
      await until(async () => (await lab.watcher(others[0]!)) !== before, {
        what: 'another watcher',
        timeout: 60_000,
        interval: 500,
        explain: lab.logs,
      });
      await lab.serve('fourth', '192.0.2.5');
      await lab.hear('192.0.2.5', others, true, 30_000);
      await untilWatched(ONE_EACH);
      await nothingIsLost(others);
      await lab.sites.get(before!)!.vipcast.restart();
      await lab.hear('192.0.2.5', [before!], true, 60_000);
      expect(lab.asked.watching()).toEqual(ONE_EACH);
    });

    it('hands over at once when it is stopped', async () => {
      const before = await lab.watcher('n1');
      const others = NAMES.filter((name) => name !== before);
      await lab.sites.get(before!)!.vipcast.stop();
      await until(async () => (await lab.watcher(others[0]!)) !== before, {
        what: 'another watcher',
        timeout: 10_000,
        interval: 500,
        explain: lab.logs,
      });
      await nothingIsLost(others);
    });

    it('is each node itself while NATS is away, and one again when it is back', {
      timeout: 200_000,
    }, async () => {
      await lab.nats.kill();
      await untilWatched(THREE_EACH);
      await lab.serve('fifth', '192.0.2.6');
      await lab.hear('192.0.2.6', NAMES);
      await lab.nats.restart();
      await untilWatched(ONE_EACH, 90_000);
      await lab.serve('sixth', '192.0.2.7');
      await lab.hear('192.0.2.7', NAMES);
      await nothingIsLost(NAMES);
    });

    it('stays, with what is known, while the API server is away', { timeout: 200_000 }, async () => {
      await lab.cluster.kill();
      lab.asked.forget();
      await lab.sites.get('n2')!.vipcast.restart();
      await lab.cluster.start();
      await lab.serve('seventh', '192.0.2.8');
      await lab.hear('192.0.2.8', NAMES, true, 90_000);
      await untilWatched(ONE_EACH, 90_000);
      await nothingIsLost(NAMES);
      await lab.cluster.remove(service({ name: 'seventh' }));
      await lab.hear('192.0.2.8', NAMES, false);
    });
  },
);
