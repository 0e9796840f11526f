import type { Family } from '@vipcast/net';
import { expect } from 'vitest';
import { createNetwork, type Host } from '../interop/namespace.ts';
import { until } from '../interop/poll.ts';
import { startBird } from '../interop/routers/bird.ts';
import { startFrr } from '../interop/routers/frr.ts';
import type { ReceivedRoute, Router } from '../interop/routers/router.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { type Cluster, startCluster } from './api-server.ts';
import type { KubernetesObject } from './object.ts';
import { node } from './objects.ts';
import { openPassage } from './passage.ts';
import { installResources, vipcastObject } from './resources.ts';

/** Two routers: `tor1` is FRR and another AS, `tor2` is BIRD and ours. */
export const TORS = ['tor1', 'tor2'] as const;

/** One of them. */
export type Tor = (typeof TORS)[number];

const LOCAL_ASN = 65001;
const PEER_ASNS: Readonly<Record<Tor, number>> = { tor1: 65002, tor2: LOCAL_ASN };
const STARTS = { tor1: startFrr, tor2: startBird };
const FAMILIES: readonly Family[] = ['ipv4-unicast', 'ipv6-unicast'];

/** Nodes of one cluster, which know their two routers by BGPPeers. */
export interface Fabric extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly routers: Readonly<Record<Tor, Router>>;
  readonly daemons: ReadonlyMap<string, Vipcast>;
  host(node: string): Host;
  /** The BGPPeer of a router, with more in its spec. */
  peer(tor: Tor, spec?: object): KubernetesObject;
  /** The Node, with labels. */
  node(name: string, labels?: Readonly<Record<string, string>>): KubernetesObject;
  /** What a router has from a node, by address. */
  routes(tor: Tor, node?: string): Promise<ReadonlyMap<string, ReceivedRoute>>;
  /** Waits until these routers have exactly these addresses from a node. */
  hear(expected: Partial<Readonly<Record<Tor, readonly string[]>>>, node?: string): Promise<void>;
  /** Waits for something, and shows the logs when it does not come. */
  sees(what: string, condition: () => unknown): Promise<unknown>;
  /** How often each router saw its session with a node become Established. */
  establishedCounts(node?: string): Promise<readonly number[]>;
}

/** Starts it, without BGPPeers; with `bgp` in the configuration of every node. */
export const startFabric = async (names: readonly string[], bgp: object = {}): Promise<Fabric> => {
  const cleanup = new AsyncDisposableStack();
  try {
    const cluster = cleanup.use(await startCluster());
    await installResources(cluster);
    const { hosts } = cleanup.use(await createNetwork<string>(...TORS, ...names));
    const host = (name: string): Host => hosts[name]!;
    const start = async (tor: Tor): Promise<Router> => {
      const neighbors = names.map((name) => ({
        ...{ address: host(name).ipv4, localAddress: host(tor).ipv4, peerASN: LOCAL_ASN },
        ...{ passive: true, families: FAMILIES, extendedNextHop: true },
      }));
      const config = { localASN: PEER_ASNS[tor], routerId: host(tor).ipv4, neighbors };
      return cleanup.use(await STARTS[tor](host(tor), config));
    };
    const routers = { tor1: await start('tor1'), tor2: await start('tor2') };
    const nodeOf: Fabric['node'] = (name, labels = {}) =>
      node({ name, addresses: [host(name).ipv4, host(name).ipv6], labels });
    await cluster.apply(...names.map((name) => nodeOf(name)));
    const daemons = new Map<string, Vipcast>();
    for (const [index, name] of names.entries()) {
      const { namespace } = host(name);
      cleanup.use(await openPassage(namespace, cluster.port));
      const sections = {
        node: name,
        bgp: { localASN: LOCAL_ASN, routerID: `10.0.9.${index + 1}`, connectRetryTime: '1s', ...bgp },
        kubernetes: {
          ...{ enabled: true, kubeconfig: cluster.kubeconfig },
          secretsDirectory: `${cluster.folder}/secrets`,
        },
      };
      const yaml = Object.entries(sections).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
      daemons.set(name, cleanup.use(await startVipcast(namespace, yaml.join(''))));
    }
    const routes: Fabric['routes'] = async (tor, name = names[0]!) => {
      const heard = await Promise.all(FAMILIES.map((family) => routers[tor].routes(family, host(name).ipv4)));
      return new Map(heard.flat().map((route) => [route.prefix.replace(/\/\d+$/, ''), route]));
    };
    const sees: Fabric['sees'] = (what, condition) =>
      until(condition, {
        ...{ what, timeout: 30_000 },
        explain: () => [...daemons.values()].map((each) => each.stdout() + each.stderr()).join('\n'),
      });
    const moved = cleanup.move();
    return {
      ...{ cluster, routers, daemons, host, node: nodeOf, routes, sees },
      peer: (tor, spec = {}) =>
        vipcastObject('BGPPeer', tor, {
          ...{ address: host(tor).ipv4, peerASN: PEER_ASNS[tor], connectRetryTime: '1s' },
          ...{ nextHop: { strategy: 'source-interface' }, sourceInterface: 'eth0', ...spec },
        }),
      hear: async (expected, name) => {
        await sees(`${JSON.stringify(expected)} of ${name ?? names[0]}`, async () => {
          for (const tor of TORS) {
            const addresses = expected[tor];
            if (addresses === undefined) continue;
            const heard = [...(await routes(tor, name)).keys()];
            expect([tor, heard.toSorted()]).toEqual([tor, [...addresses].toSorted()]);
          }
          return true;
        });
      },
      establishedCounts: (name = names[0]!) =>
        Promise.all(TORS.map(async (tor) => (await routers[tor].session(host(name).ipv4)).establishedCount)),
      [Symbol.asyncDispose]: () => moved.disposeAsync(),
    };
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
};
