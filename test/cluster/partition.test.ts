import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { known, withdrawals } from '../daemon/route-table.ts';
import { createNetwork, type Network } from '../interop/namespace.ts';
import { until } from '../interop/poll.ts';
import { have } from '../setup/packages.ts';
import { leaderOf } from './leading.ts';
import { type NatsServer, startNatsCluster } from './nats.ts';
import { type RemoteSite, rowsIn, startRemoteSite } from './sites.ts';

const SERVERS = ['a', 'b', 'c'] as const;
const NODES = ['n1', 'n2', 'n3'] as const;
/** From the end of a node to when every view has dropped it. */
const LEASE = 30_000;

interface Row {
  readonly node: string;
  readonly daemon?: string;
  readonly prefix?: string;
}

interface Outage {
  readonly node: string;
  readonly present: boolean;
}

describe.skipIf(!have('namespaces', 'iproute2', 'nats-server 2.14'))(
  'three nodes and three servers, each on its own host',
  () => {
    let network: Network<(typeof SERVERS)[number] | (typeof NODES)[number]>;
    let servers: readonly NatsServer[] = [];
    let sites: readonly RemoteSite[] = [];
    let wishes = 0;

    beforeAll(async () => {
      network = await createNetwork(...SERVERS, ...NODES);
      servers = await startNatsCluster(
        '2.14',
        SERVERS.map((name) => network.hosts[name]),
      );
      const access = { urls: servers.map(({ url }) => url), replicas: 3 };
      sites = await Promise.all(NODES.map((name) => startRemoteSite(network.hosts[name], access)));
      await untilAlike();
    });
    afterAll(async () => {
      for (const each of [...sites, ...servers]) await each[Symbol.asyncDispose]();
      await network?.[Symbol.asyncDispose]();
    });

    const site = (name: (typeof NODES)[number]): RemoteSite => sites[NODES.indexOf(name)]!;
    const rows = async ({ vipcast }: RemoteSite, ...args: readonly string[]): Promise<readonly Row[]> =>
      rowsIn<Row>(await vipcast.cli(...args, '-o', 'json'));
    const routesOf = async (asked: RemoteSite): Promise<readonly string[]> =>
      (await rows(asked, 'routes')).map(({ node, prefix }) => `${node} ${prefix}`).toSorted();

    /** Who a node held to be there or gone, in its own log's words. */
    const noted = ({ vipcast }: RemoteSite): readonly Outage[] =>
      vipcast
        .stderr()
        .split('\n')
        .filter((line) => /a node is (there|gone)/.test(line))
        .map((line) => ({
          node: (JSON.parse(line) as { node: string }).node,
          present: line.includes('is there'),
        }));

    /** A new decision of a node, which its router must hear of at once. */
    const decide = async ({ vipcast, receiver }: RemoteSite): Promise<void> => {
      wishes += 1;
      const address = `198.51.100.${wishes}`;
      const { code, stderr } = await vipcast.cli('announce', address);
      expect([code, stderr]).toEqual([0, expect.anything()]);
      expect(known((await receiver.record()).updates)).toContain(`${address}/32`);
    };

    /** Every journal has what every router was told, and nobody is held to be gone. */
    const untilAlike = (): Promise<unknown> =>
      until(
        async () => {
          const told = await Promise.all(
            sites.map(async ({ name, receiver }) =>
              known((await receiver.record()).updates).map((prefix) => `${name} ${prefix}`),
            ),
          );
          if (told.some((prefixes) => prefixes.length === 0)) return false;
          await Promise.all(
            sites.map(async (asked) => {
              const [routes, status] = await Promise.all([routesOf(asked), rows(asked, 'status')]);
              expect(routes).toEqual(told.flat());
              expect(status.map(({ daemon }) => daemon)).toEqual(NODES.map(() => 'running'));
            }),
          );
          return true;
        },
        {
          what: 'journals that are alike',
          timeout: 40_000,
          interval: 300,
          explain: () =>
            sites.map(({ name, vipcast }) => `${name}: ${vipcast.stderr().slice(-1500)}`).join('\n'),
        },
      );

    let sessions: readonly number[] = [];
    const sessionCounts = (): Promise<readonly number[]> =>
      Promise.all(sites.map(async ({ receiver }) => (await receiver.state()).establishedCount));
    beforeEach(async () => {
      sessions = await sessionCounts();
    });
    afterEach(async () => {
      await untilAlike();
      await Promise.all(
        sites.map(async ({ receiver, vipcast }) => {
          expect(withdrawals((await receiver.record()).updates)).toEqual([]);
          expect((await vipcast.cli('log', 'verify')).code).toBe(0);
        }),
      );
    });

    it('go on while each server in turn is killed, the leader among them', { timeout: 120_000 }, async () => {
      for (const server of servers) {
        await server.kill();
        await Promise.all(sites.map(decide));
        await server.restart();
        await untilAlike();
      }
      expect(await sessionCounts()).toEqual(sessions);
    });

    it('go on while the leading server is cut off', { timeout: 90_000 }, async () => {
      const name = SERVERS[servers.indexOf(leaderOf(servers))]!;
      await network.cut(name);
      await Promise.all(sites.map(decide));
      await until(async () => (await routesOf(site('n1'))).includes(`n2 198.51.100.${wishes - 1}/32`), {
        what: 'facts past the one that is cut off',
        timeout: 30_000,
        interval: 300,
      });
      await network.mend(name);
      await untilAlike();
      expect(await sessionCounts()).toEqual(sessions);
    });

    it('lose sight of one that is cut off and one that is stopped, whose routes stay', {
      timeout: 150_000,
    }, async () => {
      const [cut, stopped, watching] = [site('n1'), site('n2'), site('n3')];
      await network.cut('n1');
      process.kill(stopped.vipcast.pid(), 'SIGSTOP');
      const begun = performance.now();
      await decide(cut);
      await until(
        () =>
          ['n1', 'n2'].every(
            (name) => noted(watching).findLast(({ node }) => node === name)?.present === false,
          ),
        {
          what: 'both to be gone',
          timeout: LEASE + 5000,
          interval: 200,
          explain: () => watching.vipcast.stderr(),
        },
      );
      expect(performance.now() - begun).toBeLessThan(LEASE);
      expect((await rows(watching, 'peers')).map(({ node }) => node)).toEqual(['n3']);
      await decide(cut);
      await decide(watching);
      // Without an answer, nobody is gone.
      expect(noted(cut).filter(({ present }) => !present)).toEqual([]);
      expect((await rows(cut, 'status')).map(({ daemon }) => daemon)).toEqual([
        'running',
        'running',
        'running',
      ]);
      process.kill(stopped.vipcast.pid(), 'SIGCONT');
      await network.mend('n1');
      await untilAlike();
      const [before, after] = [sessions, await sessionCounts()];
      expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    });

    it('hold nobody to be gone when NATS has lost its quorum, or has just found it again', {
      timeout: 150_000,
    }, async () => {
      const before = sites.map(noted);
      for (const server of servers.slice(1)) server.freeze();
      const begun = performance.now();
      for (let round = 0; performance.now() - begun < LEASE - 3000; round++) {
        if (round === 3) await Promise.all(sites.map(decide));
        expect(sites.map(noted)).toEqual(before);
        await until(() => performance.now() - begun > (round + 1) * 3000, {
          what: 'time to pass',
          interval: 200,
        });
      }
      for (const asked of sites)
        expect((await rows(asked, 'peers')).map(({ node }) => node)).toEqual([...NODES]);
      for (const server of servers.slice(1)) server.thaw();
      await untilAlike();
      expect(sites.map(noted)).toEqual(before);
      expect(await sessionCounts()).toEqual(sessions);
    });
  },
);
