import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NatsServer, startNatsCluster } from '../cluster/nats.ts';
import { createNetwork, type Host, type Network } from '../interop/namespace.ts';
import { startBird } from '../interop/routers/bird.ts';
import { startFrr } from '../interop/routers/frr.ts';
import type { Router } from '../interop/routers/router.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { NODES, type NodeName, ROUTERS, type RouterName, SERVERS, type ServerName } from './names.ts';

/** A node of the cluster. */
export interface SoakNode {
  readonly name: NodeName;
  readonly host: Host;
  readonly vipcast: Vipcast;
  /** Writes its configuration, with or without the VIP that edits are about. */
  edit(withSpare: boolean): Promise<void>;
  /** Lets the probe of its VIP `probed` succeed or fail. */
  heal(well: boolean): Promise<void>;
}

/** Three NATS servers, three nodes and two real routers, each on a host of its own. */
export interface SoakLab extends AsyncDisposable {
  readonly network: Network<ServerName | NodeName | RouterName>;
  readonly servers: Readonly<Record<ServerName, NatsServer>>;
  readonly nodes: Readonly<Record<NodeName, SoakNode>>;
  readonly routers: Readonly<Record<RouterName, Router>>;
  readonly urls: readonly string[];
}

/** Addresses of the VIPs that are in the configuration, by name. */
export const VIPS = {
  web: ['192.0.2.10', '2001:db8:1::10'],
  probed: ['192.0.2.20'],
  spare: ['192.0.2.30'],
} as const;

const VIPCAST_ASN = 65000;
const ROUTER_ASNS: Readonly<Record<RouterName, number>> = { frr: 65001, bird: 65002 };
const STARTERS = { frr: startFrr, bird: startBird } as const;

type Hosts = Readonly<Record<ServerName | NodeName | RouterName, Host>>;

const nodeYaml = (
  hosts: Hosts,
  name: NodeName,
  urls: readonly string[],
  well: string,
  withSpare: boolean,
): string => {
  const { ipv4, ipv6 } = hosts[name];
  const peers = ROUTERS.map((router) => ({
    name: router,
    address: hosts[router].ipv4,
    peerASN: ROUTER_ASNS[router],
    nextHop: { strategy: 'fixed', ipv6 },
  }));
  const healthCheck = { exec: ['/usr/bin/test', '-e', well], interval: '1s', timeout: '900ms' };
  const vips = [
    { name: 'web', addresses: VIPS.web },
    { name: 'probed', addresses: VIPS.probed, healthCheck: { ...healthCheck, rise: 2, fall: 3 } },
    ...(withSpare ? [{ name: 'spare', addresses: VIPS.spare }] : []),
  ];
  return `cluster: test
node: ${name}
bgp: { localASN: ${VIPCAST_ASN}, routerID: ${ipv4}, holdTime: 9s, connectRetryTime: 1s }
peers: ${JSON.stringify(peers)}
vips: ${JSON.stringify(vips)}
log:
  nats: ${JSON.stringify({ servers: urls, replicas: 3 })}
`;
};

const startNode = async (hosts: Hosts, name: NodeName, urls: readonly string[], folder: string) => {
  const well = join(folder, `${name}-is-well`);
  const yaml = (withSpare: boolean): string => nodeYaml(hosts, name, urls, well, withSpare);
  await writeFile(well, '');
  const vipcast = await startVipcast(hosts[name].namespace, yaml(true));
  const node: SoakNode = {
    name,
    host: hosts[name],
    vipcast,
    edit: (withSpare) => vipcast.configure(yaml(withSpare)),
    heal: (isWell) => (isWell ? writeFile(well, '') : rm(well, { force: true })),
  };
  return node;
};

/** Makes a router say what it is told; it forgets that when it starts again. */
export const makeTalkative = async (router: Router): Promise<void> => {
  if (router.name === 'frr')
    await router.cli('configure terminal', 'log timestamp precision 3', 'debug bgp updates in');
  else await router.cli('debug', '"peer*"', '{', 'states,', 'events,', 'packets,', 'routes', '}');
};

const startRouter = async (hosts: Hosts, name: RouterName): Promise<Router> => {
  const neighbors = NODES.map((node) => ({
    address: hosts[node].ipv4,
    localAddress: hosts[name].ipv4,
    peerASN: VIPCAST_ASN,
    passive: true,
    families: ['ipv4-unicast', 'ipv6-unicast'] as const,
    extendedNextHop: true,
  }));
  const router = await STARTERS[name](hosts[name], {
    localASN: ROUTER_ASNS[name],
    routerId: hosts[name].ipv4,
    neighbors,
  });
  await makeTalkative(router);
  return router;
};

const named = <Name extends string, T>(
  names: readonly Name[],
  all: readonly T[],
): Readonly<Record<Name, T>> => Object.fromEntries(names.map((name, i) => [name, all[i]])) as Record<Name, T>;

/** Starts all of it. It returns when everything runs: sessions and replication come up by themselves. */
export const startSoakLab = async (): Promise<SoakLab> => {
  const cleanup = new AsyncDisposableStack();
  try {
    const network = cleanup.use(await createNetwork(...SERVERS, ...NODES, ...ROUTERS));
    const { hosts } = network;
    const folder = await scratch('soak');
    cleanup.defer(() => discard(folder));
    const servers = await startNatsCluster(
      '2.14',
      SERVERS.map((name) => hosts[name]),
    );
    for (const server of servers) cleanup.use(server);
    const urls = servers.map(({ url }) => url);
    const routers = await Promise.all(ROUTERS.map((name) => startRouter(hosts, name)));
    for (const router of routers) cleanup.use(router);
    const nodes = await Promise.all(NODES.map((name) => startNode(hosts, name, urls, folder)));
    for (const { vipcast } of nodes) cleanup.use(vipcast);
    return {
      network,
      servers: named(SERVERS, servers),
      nodes: named(NODES, nodes),
      routers: named(ROUTERS, routers),
      urls,
      [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
    };
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
};
