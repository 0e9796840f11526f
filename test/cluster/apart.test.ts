import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAMILIES } from '@vipcast/net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNetwork, type Network } from '../interop/namespace.ts';
import { until } from '../interop/poll.ts';
import { startBird } from '../interop/routers/bird.ts';
import { startFrr } from '../interop/routers/frr.ts';
import type { Router } from '../interop/routers/router.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { have } from '../setup/packages.ts';
import { type ApartNode, SERVICES, type Service, startApart } from './apart.ts';
import { type NatsServer, startNats } from './nats.ts';
import { rowsIn } from './sites.ts';

const ROUTERS = { frr: { start: startFrr, via: 'ipv4' }, bird: { start: startBird, via: 'ipv6' } } as const;
const NAMES = ['frr', 'bird'] as const;
type Name = (typeof NAMES)[number];

const PROBED = '192.0.2.20/32';
const ALL = ['192.0.2.10/32', PROBED, '2001:db8:1::10/128'];
/** After Established, so long until a router knows what the log knew. */
const SOON = 2000;
/** From the end of a service to when every view has dropped it. */
const LEASE = 30_000;
/** Only IPv4 routes whose next hop is fixed leave over IPv6 with an IPv4 one. */
const NEXT_HOPS = { strategy: 'fixed', ipv4: '10.0.0.1', ipv6: 'fd00::1' };

interface Row {
  readonly [column: string]: unknown;
}

describe.skipIf(!have('namespaces', 'iproute2', 'frr', 'bird2', 'nats-server 2.14'))(
  'a node whose services run apart',
  () => {
    let cleanup = new AsyncDisposableStack();
    let network: Network<'vipcast' | Name>;
    let nats: NatsServer;
    let node: ApartNode;
    let well: string;
    const routers = new Map<Name, Router>();

    beforeEach(async () => {
      cleanup = new AsyncDisposableStack();
      network = cleanup.use(await createNetwork('vipcast', ...NAMES));
      const { vipcast } = network.hosts;
      for (const name of NAMES) {
        const { start, via } = ROUTERS[name];
        const host = network.hosts[name];
        const neighbor = {
          address: vipcast[via],
          localAddress: host[via],
          peerASN: 65000,
          passive: true,
          families: FAMILIES,
          extendedNextHop: true,
        };
        const config = { localASN: 65001, routerId: host.ipv4, neighbors: [neighbor] };
        routers.set(name, cleanup.use(await start(host, config)));
      }
      nats = cleanup.use(await startNats('2.14', undefined, vipcast));
      const folder = await scratch('well');
      cleanup.defer(() => discard(folder));
      well = join(folder, 'well');
      await writeFile(well, '');
      node = cleanup.use(await startApart(vipcast.namespace, yaml()));
      await hear(ALL);
    });
    afterEach(() => cleanup.disposeAsync());

    const yaml = (more = ''): string => `cluster: test
node: n1
bgp: { localASN: 65000, routerID: 10.0.0.1, holdTime: 9s, connectRetryTime: 1s }
peers: ${JSON.stringify(NAMES.map((name) => ({ name, address: network.hosts[name][ROUTERS[name].via], peerASN: 65001, nextHop: NEXT_HOPS })))}
vips:
  - { name: web, addresses: [192.0.2.10, '2001:db8:1::10'] }
  - { name: probed, addresses: [192.0.2.20], healthCheck: { exec: 'test -e ${well}', interval: 200ms, timeout: 150ms, rise: 1, fall: 2 } }
${more}log:
  nats: { servers: ['${nats.url}'], replicas: 1 }
`;

    const heardBy = async (name: Name): Promise<readonly string[]> => {
      const both = await Promise.all(FAMILIES.map((family) => routers.get(name)!.routes(family)));
      return both
        .flat()
        .map(({ prefix }) => prefix)
        .toSorted();
    };
    const expectHeard = async (prefixes: readonly string[]): Promise<true> => {
      for (const name of NAMES) expect([name, await heardBy(name)]).toEqual([name, prefixes.toSorted()]);
      return true;
    };
    /** Waits until both routers hear exactly these. */
    const hear = (prefixes: readonly string[], timeout = 30_000): Promise<unknown> =>
      until(() => expectHeard(prefixes), {
        what: `${prefixes}`,
        timeout,
        interval: 100,
        explain: () => node.stderr(),
      });
    const established = (): Promise<readonly number[]> =>
      Promise.all(NAMES.map(async (name) => (await routers.get(name)!.session()).establishedCount));

    const rows = async (service: Service, ...args: readonly string[]): Promise<readonly Row[]> =>
      rowsIn<Row>(await node.cli(service, ...args, '-o', 'json'));
    /** What a view says, without what is each journal's own. */
    const said = async (service: Service, view: string): Promise<readonly Row[]> =>
      (await rows(service, view)).map(({ seq, ...row }) => row);
    const alikeInAll = (view: string): Promise<unknown> =>
      until(
        async () => {
          const [first, ...others] = await Promise.all(SERVICES.map((each) => said(each, view)));
          expect(first!.length).toBeGreaterThan(0);
          for (const each of others) expect(each).toEqual(first);
          return true;
        },
        {
          what: `${view} to be alike`,
          interval: 200,
          explain: async () =>
            JSON.stringify(await Promise.all(SERVICES.map((each) => said(each, view))), null, 1),
        },
      );
    const expectChains = async (): Promise<void> => {
      for (const service of SERVICES) {
        const { code, stdout, stderr } = await node.cli(service, 'log', 'verify');
        expect([service, code, stdout + stderr]).toEqual([service, 0, expect.any(String)]);
      }
    };
    const states = async (service: Service): Promise<readonly unknown[]> =>
      (await rows(service, 'peers')).map(({ state }) => state);

    it('announces as one, and each of them is killed and comes back on its own', {
      timeout: 180_000,
    }, async () => {
      for (const view of ['peers', 'routes', 'vips', 'next-hops']) await alikeInAll(view);
      const frr = await Promise.all(FAMILIES.map((family) => routers.get('frr')!.routes(family)));
      expect(frr.flat().map(({ nextHop }) => nextHop)).toEqual(['10.0.0.1', '10.0.0.1', 'fd00::1']);
      const [why] = await rows('next-hop-resolver', 'why', '192.0.2.10', '--peer', 'bird');
      expect(why).toMatchObject({ announced: true });
      const counts = await established();

      for (const service of ['vip-watcher', 'next-hop-resolver'] as const) {
        await node.kill(service);
        node.start(service);
        const logged = async () => (await node.cli('speaker', 'log', '-o', 'json')).stdout;
        const starts = async () => (await logged()).split(`node.${service}`).length - 1;
        await until(async () => (await starts()) >= 4, {
          what: `${service} to be heard again`,
          interval: 200,
        });
        await expectHeard(ALL);
        // Neither says anything about the sessions beside it.
        for (const each of SERVICES) expect(await states(each)).toEqual(['Established', 'Established']);
      }
      await rm(well);
      await hear(ALL.filter((prefix) => prefix !== PROBED));
      await writeFile(well, '');
      await hear(ALL);
      expect(await established()).toEqual(counts);

      await node.kill('speaker');
      await hear([]);
      node.start('speaker');
      await hear(ALL);
      expect((await node.cli('vip-watcher', 'announce', '198.51.100.1')).code).toBe(0);
      await expectHeard([...ALL, '198.51.100.1/32']);
      expect((await node.cli('vip-watcher', 'reset', 'frr')).code).toBe(0);
      await hear([...ALL, '198.51.100.1/32']);
      await node.configure(yaml('  - { name: more, addresses: [192.0.2.30] }\n'));
      await hear([...ALL, '192.0.2.30/32', '198.51.100.1/32']);
      await expectChains();
      for (const view of ['peers', 'routes', 'vips', 'next-hops']) await alikeInAll(view);
    });

    it('goes on while NATS is away, and what was decided arrives in order', {
      timeout: 180_000,
    }, async () => {
      const counts = await established();
      await nats.kill();
      await rm(well);
      const asked = ['198.51.100.1', '198.51.100.2', '198.51.100.3'];
      for (const address of asked) {
        const { code, stderr } = await node.cli('vip-watcher', 'announce', address, '--timeout', '500ms');
        expect([code, stderr]).toEqual([1, expect.stringContaining('E_NOT_TOLD')]);
      }
      // Nobody was told of it, so nobody need be.
      expect((await node.cli('vip-watcher', 'withdraw', asked[0]!)).code).toBe(0);
      const decided = async () =>
        (await rows('vip-watcher', 'vips')).find(({ vip }) => vip === 'probed') as Row | undefined;
      await until(async () => JSON.stringify(await decided()).includes('unhealthy'), { what: 'the probe' });
      await node.kill('vip-watcher');
      node.start('vip-watcher');
      await node.kill('next-hop-resolver');
      node.start('next-hop-resolver');
      await expectHeard(ALL);
      expect(await established()).toEqual(counts);

      // Without the others and without NATS, the speaker announces what it last knew.
      await node.kill('speaker');
      await hear([]);
      node.start('speaker');
      for (const name of NAMES)
        await until(async () => (await routers.get(name)!.session()).state === 'Established', {
          what: `the session with ${name}`,
          interval: 20,
          timeout: 20_000,
        });
      await hear(ALL, SOON);

      await nats.restart();
      const after = ['192.0.2.10/32', '2001:db8:1::10/128', '198.51.100.2/32', '198.51.100.3/32'];
      await hear(after);
      const log = (await node.cli('speaker', 'log', '-o', 'json')).stdout.split('\n').filter(Boolean);
      const wishes = log
        .map((line) => JSON.parse(line) as { type: string; data: { addresses: string[] } })
        .filter(({ type }) => type.startsWith('operator.'))
        .map(({ type, data }) => `${type} ${data.addresses}`);
      expect(wishes).toEqual([
        ...asked.map((address) => `operator.AnnounceRequested ${address}`),
        `operator.WithdrawRequested ${asked[0]}`,
      ]);
      await expectChains();
      for (const view of ['peers', 'routes', 'vips']) await alikeInAll(view);
    });

    it('is refused a second time, whatever its shape', { timeout: 120_000 }, async () => {
      for (const args of [['up'], ...SERVICES.map((service) => ['run', service])]) {
        const { code, stderr } = await node.command(...args);
        expect([args, code]).toEqual([args, 4]);
        expect(stderr).toMatch(/^error: another daemon has this journal.*E_JOURNAL_UNUSABLE/m);
      }
      for (const service of ['speaker', 'next-hop-resolver'] as const) {
        const { code, stderr } = await node.cli(service, 'announce', '198.51.100.1');
        expect([code, stderr]).toEqual([2, expect.stringContaining('takes no wishes')]);
      }
      await expectHeard(ALL);
    });

    it('is seen without its speaker when that dies, and with one that said goodbye', {
      timeout: 120_000,
    }, async () => {
      await node.kill('speaker');
      const died = performance.now();
      await until(async () => (await states('vip-watcher')).join() === 'Idle,Idle', {
        what: 'the sessions to leave the view',
        timeout: LEASE + 5000,
        interval: 300,
      });
      expect(performance.now() - died).toBeLessThan(LEASE);
      expect((await rows('vip-watcher', 'vips')).length).toBe(2);
      const status = await node.cli('vip-watcher', 'status');
      expect([status.code, status.stdout]).toEqual([
        3,
        expect.stringContaining('nothing was heard of its speaker'),
      ]);
      node.start('speaker');
      await hear(ALL);
      await until(async () => (await states('vip-watcher')).join() === 'Established,Established', {
        what: 'the sessions to be back in the view',
        interval: 300,
      });
      await node.stop('speaker');
      await until(
        async () => (await node.cli('vip-watcher', 'status')).stdout.includes('its speaker has stopped'),
        {
          what: 'the goodbye',
          interval: 300,
        },
      );
      expect(await states('vip-watcher')).toEqual(['Idle', 'Idle']);
    });
  },
);
