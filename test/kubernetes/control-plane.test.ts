import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAMILIES } from '@vipcast/net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createNetwork, type Network } from '../interop/namespace.ts';
import { ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { exec } from '../interop/process.ts';
import { startFrr } from '../interop/routers/frr.ts';
import type { Router } from '../interop/routers/router.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { type NodeApiServer, startNodeApiServer } from './control-plane.ts';

const SAMPLE = join(ROOT, 'deploy', 'control-plane', 'vipcast.yaml');
const VIP = '192.0.2.100';
const ROUTE = `${VIP}/32`;
const NODES = ['one', 'two'] as const;
type Name = (typeof NODES)[number];
/** Three probes, a second apart, of which the first is up to a second away and each takes up to 800 ms; and a loaded machine. */
const NOTICED = 6000;

/** The sample as a node of the lab takes it: its router, and its API server's port and authority. */
const configuration = async (name: Name, router: string, port: number, ca: string): Promise<string> => {
  const { bgp, vips, lookingGlass } = parse(await readFile(SAMPLE, 'utf8'));
  const [vip] = vips;
  const http = vip.healthCheck.http.replace('kubernetes:6443', `localhost:${port}`);
  const sections = {
    node: name,
    bgp: { ...bgp, connectRetryTime: '1s' },
    peers: [{ name: 'tor1', address: router, peerASN: 65001 }],
    vips: [{ ...vip, healthCheck: { ...vip.healthCheck, http, ca } }],
    lookingGlass,
  };
  return Object.entries(sections)
    .map(([section, value]) => `${section}: ${JSON.stringify(value)}\n`)
    .join('');
};

describe.skipIf(!have('namespaces', 'iproute2', 'frr', 'kube-apiserver', 'etcd', 'openssl'))(
  'the address of the API servers',
  () => {
    const cleanup = new AsyncDisposableStack();
    let network: Network<'router' | Name>;
    let router: Router;
    const servers = {} as Record<Name, NodeApiServer>;
    const daemons = {} as Record<Name, Vipcast>;

    beforeAll(async () => {
      network = cleanup.use(await createNetwork('router', ...NODES));
      const { hosts } = network;
      const neighbors = NODES.map((name) => ({
        address: hosts[name].ipv4,
        localAddress: hosts.router.ipv4,
        peerASN: 65000,
        passive: true,
        families: FAMILIES,
      }));
      router = cleanup.use(
        await startFrr(hosts.router, { localASN: 65001, routerId: hosts.router.ipv4, neighbors }),
      );
      for (const name of NODES) {
        // As on any node: what is not here is behind the router.
        await exec(null, [
          'ip',
          '-n',
          hosts[name].namespace,
          'route',
          'add',
          'default',
          'via',
          hosts.router.ipv4,
        ]);
        const server = await startNodeApiServer(hosts[name].namespace);
        servers[name] = cleanup.use(server);
        await server.kill();
        const yaml = await configuration(name, hosts.router.ipv4, server.port, server.authorityFile);
        daemons[name] = cleanup.use(await startVipcast(hosts[name].namespace, yaml));
      }
    }, 240_000);
    afterAll(() => cleanup.disposeAsync());

    /** The nodes through which the router would send. */
    const paths = async (): Promise<readonly Name[]> => {
      const heard = await Promise.all(
        NODES.map(async (name) => {
          const { ipv4 } = network.hosts[name];
          const routes = await router.routes('ipv4-unicast', ipv4);
          return routes.some(({ prefix, nextHop }) => prefix === ROUTE && nextHop === ipv4);
        }),
      );
      return NODES.filter((_, index) => heard[index]);
    };
    const logs = (): string => NODES.map((name) => daemons[name].stderr()).join('\n');
    const untilPaths = (names: readonly Name[], timeout = NOTICED): Promise<unknown> =>
      until(async () => (await paths()).join() === names.join(), {
        what: `paths by ${names.join(' and ') || 'nobody'}`,
        timeout,
        explain: logs,
      });
    const established = (): Promise<unknown> =>
      Promise.all(
        NODES.map((name) =>
          until(async () => (await router.session(network.hosts[name].ipv4)).state === 'Established', {
            what: `the session with ${name}`,
            timeout: 30_000,
            explain: logs,
          }),
        ),
      );
    const isBound = async (name: Name): Promise<boolean> => {
      const { namespace } = network.hosts[name];
      return (await exec(null, ['ip', '-n', namespace, 'addr', 'show', 'dev', 'lo'])).stdout.includes(VIP);
    };
    /** Asks the API servers as kubeadm and kubelet on that node do. */
    const answers = async (name: Name): Promise<boolean> => {
      const url = `https://${VIP}:${servers[name].port}/livez`;
      const program = `process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
        const { status } = await fetch('${url}', { signal: AbortSignal.timeout(1000) });
        process.exit(status === 200 ? 0 : 1)`;
      const argv = [process.execPath, '--no-warnings', '--input-type=module', '-e', program];
      return (await exec(network.hosts[name].namespace, argv)).code === 0;
    };
    const untilWithheld = (name: Name, because: RegExp): Promise<unknown> =>
      until(
        async () => {
          const { stdout } = await daemons[name].cli('vips', '-o', 'json');
          const [vip] = JSON.parse(stdout).items;
          return (
            (vip.state !== 'advertised' && because.test(vip.because)) ||
            Promise.reject(new Error(JSON.stringify(vip)))
          );
        },
        { what: `${name} to say why`, timeout: 15_000 },
      );
    const glass = async (name: Name, path: string): Promise<string> => {
      const program = `process.stdout.write(await (await fetch('http://127.0.0.1:1790${path}')).text())`;
      const argv = [process.execPath, '--input-type=module', '-e', program];
      return (await exec(network.hosts[name].namespace, argv)).stdout;
    };

    it('follows them from before they are up until one after the other fails', async () => {
      await established();
      for (const name of NODES) {
        await untilWithheld(name, /connection refused/);
        expect(await isBound(name)).toBe(false);
        expect(await glass(name, '/readyz')).toBe('ok\n');
      }
      expect(await paths()).toEqual([]);

      // `kubeadm init` on the first node.
      await servers.one.start();
      await untilPaths(['one']);
      expect(await isBound('one')).toBe(true);
      await until(() => answers('one'), { what: 'the node to reach itself by the VIP' });
      // `kubeadm join` on the second must not find itself there.
      expect(await isBound('two')).toBe(false);
      await servers.two.start();
      await untilPaths(['one', 'two']);

      await servers.one.kill();
      await untilPaths(['two']);
      await until(async () => !(await isBound('one')), { what: 'the VIP to leave lo' });
      await servers.one.start();
      await untilPaths(['one', 'two']);

      await servers.two.freeze();
      await untilPaths(['one']);
      await untilWithheld('two', /no answer|timed? ?out|within/i);
      await servers.two.thaw();
      await untilPaths(['one', 'two']);

      // No session ended for any of it.
      for (const name of NODES)
        expect((await router.session(network.hosts[name].ipv4)).establishedCount).toBe(1);
      expect(await glass('one', '/livez')).toBe('ok\n');

      await daemons.one.stop();
      await untilPaths(['two']);
      expect(await isBound('one')).toBe(false);
      await daemons.one.restart();
      await untilPaths(['one', 'two'], 30_000);
    }, 240_000);
  },
);
