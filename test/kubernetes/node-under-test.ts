import type { Family } from '@vipcast/net';
import { expect } from 'vitest';
import { createNetwork } from '../interop/namespace.ts';
import { until } from '../interop/poll.ts';
import { startFrr } from '../interop/routers/frr.ts';
import type { Router } from '../interop/routers/router.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { type Cluster, startCluster } from './api-server.ts';
import type { KubernetesObject } from './object.ts';
import { node } from './objects.ts';
import { openPassage } from './passage.ts';

/** The node that vipcast runs on, and another. */
export const [HERE, ELSEWHERE] = ['n1', 'n2'];

/** A node of a cluster: an API server, vipcast, and a router that it announces to. */
export interface NodeUnderTest extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly router: Router;
  readonly vipcast: Vipcast;
  /** The Node as it is to be, with more in its metadata and spec. */
  node(words?: Partial<Parameters<typeof node>[0]>): KubernetesObject;
  /** Waits until the router has routes to these addresses, or to none of them. */
  hears(...addresses: readonly string[]): Promise<void>;
  misses(...addresses: readonly string[]): Promise<void>;
  /** The addresses that the router has routes to. */
  heard(): Promise<ReadonlySet<string>>;
  logs(): string;
}

const FAMILIES: readonly Family[] = ['ipv4-unicast', 'ipv6-unicast'];

/** Over which family its one session runs. */
export type Via = 'ipv4' | 'ipv6';

/** How the node differs from the usual one. */
export interface NodeOptions {
  /** More of `kubernetes` in the configuration. */
  readonly kubernetes?: object;
  /** More sections of it. */
  readonly sections?: object;
}

const configuration = (router: string, kubeconfig: string, options: NodeOptions): string =>
  Object.entries({
    node: HERE,
    bgp: { localASN: 65001, routerID: '10.0.0.1', connectRetryTime: '1s', drainTime: '1s' },
    peers: [
      {
        name: 'tor1',
        address: router,
        peerASN: 65002,
        nextHop: { strategy: 'source-interface' },
        sourceInterface: 'eth0',
      },
    ],
    kubernetes: { enabled: true, resources: false, kubeconfig, ...options.kubernetes },
    ...options.sections,
  })
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join('\n');

/**
 * Starts all of it, with one session for both families. `prepare` is asked once the API server runs, and before
 * vipcast does.
 */
export const startNodeUnderTest = async (
  via: Via,
  prepare: (cluster: Cluster) => NodeOptions | Promise<NodeOptions> = () => ({}),
): Promise<NodeUnderTest> => {
  const cleanup = new AsyncDisposableStack();
  try {
    const cluster = cleanup.use(await startCluster());
    const { hosts } = cleanup.use(await createNetwork('vipcast', 'router'));
    cleanup.use(await openPassage(hosts.vipcast.namespace, cluster.port));
    const neighbor = {
      address: hosts.vipcast[via],
      localAddress: hosts.router[via],
      peerASN: 65001,
      passive: true,
      families: FAMILIES,
      extendedNextHop: true,
    };
    const router = cleanup.use(
      await startFrr(hosts.router, { localASN: 65002, routerId: hosts.router.ipv4, neighbors: [neighbor] }),
    );
    const nodeOf: NodeUnderTest['node'] = (words) =>
      node({ name: HERE, addresses: [hosts.vipcast.ipv4, hosts.vipcast.ipv6], ...words });
    await cluster.apply(nodeOf());
    const yaml = configuration(hosts.router[via], cluster.kubeconfig, await prepare(cluster));
    const vipcast = cleanup.use(await startVipcast(hosts.vipcast.namespace, yaml));
    const logs = (): string => `${vipcast.stdout()}${vipcast.stderr()}`;
    const heard = async (): Promise<ReadonlySet<string>> => {
      const routes = await Promise.all(FAMILIES.map((family) => router.routes(family)));
      return new Set(routes.flat().map(({ prefix }) => prefix.replace(/\/\d+$/, '')));
    };
    const wait = async (what: string, condition: (now: ReadonlySet<string>) => void): Promise<void> => {
      await until(
        async () => {
          condition(await heard());
          return true;
        },
        { what, timeout: 15_000, explain: logs },
      );
    };
    const moved = cleanup.move();
    return {
      ...{ cluster, router, vipcast, heard, logs, node: nodeOf },
      hears: (...addresses) =>
        wait(`the router to hear ${addresses}`, (now) =>
          expect([...now]).toEqual(expect.arrayContaining([...addresses])),
        ),
      misses: (...addresses) =>
        wait(`the router not to have ${addresses}`, (now) =>
          expect(addresses.filter((address) => now.has(address))).toEqual([]),
        ),
      [Symbol.asyncDispose]: () => moved.disposeAsync(),
    };
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
};
