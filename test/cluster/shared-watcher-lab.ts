import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { routeTable } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { type Cluster, startCluster } from '../kubernetes/api-server.ts';
import { endpointSlices, node as nodeObject, type ServiceWords, service } from '../kubernetes/objects.ts';
import { type NatsServer, startNats } from './nats.ts';
import { type Access, type Site, startSite } from './sites.ts';

/** The nodes, in the order in which they would be elected. */
export const NAMES = ['n1', 'n2', 'n3'] as const;

interface Line {
  readonly auditID: string;
  readonly stage: string;
  readonly verb: string;
  readonly userAgent?: string;
  readonly objectRef?: { readonly resource: string };
}

/** What nodes asked of the API server, by its own audit log. */
export interface Asked {
  /** Watches that are open now: resource ⇒ how many. */
  watching(): Readonly<Record<string, number>>;
  /** The API server was killed, and with it all watches: that it does not write down. */
  forget(): void;
  /** How often a resource was listed. */
  lists(resource: string): number;
}

/** An API server, a NATS server, and nodes with a router each. */
export interface Lab extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly nats: NatsServer;
  readonly sites: ReadonlyMap<string, Site>;
  readonly asked: Asked;
  start(name: string): Promise<Site>;
  /** Makes a Service with an address and a Pod behind it on n1. */
  serve(name: string, address: string, words?: Partial<ServiceWords>): Promise<void>;
  /** Waits until the routers of these nodes have an address, or have it no more. */
  hear(address: string, names: readonly string[], has?: boolean, timeout?: number): Promise<void>;
  /** Who watches, by the log of a node. */
  watcher(name: string): Promise<string | undefined>;
  why(name: string, address: string): Promise<string>;
  /** VIPs that a node has said to be withdrawn. */
  withdrawn(name: string): Promise<readonly string[]>;
  logs(): string;
}

const KINDS = ['endpointslices', 'namespaces', 'nodes', 'services'];

const readAudit = (file: string): Asked => {
  const lines = (): readonly Line[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line)
      .filter(
        ({ userAgent, objectRef }) =>
          userAgent?.startsWith('vipcast') && KINDS.includes(objectRef?.resource ?? ''),
      );
  let begin = 0;
  return {
    forget: () => {
      begin = lines().length;
    },
    watching: () => {
      const open = new Map<string, string>();
      for (const { auditID, stage, verb, objectRef } of lines().slice(begin)) {
        if (verb !== 'watch') continue;
        if (stage === 'ResponseStarted') open.set(auditID, objectRef!.resource);
        else open.delete(auditID);
      }
      const counts: Record<string, number> = {};
      for (const resource of open.values()) counts[resource] = (counts[resource] ?? 0) + 1;
      return counts;
    },
    lists: (resource) =>
      lines().filter(
        ({ verb, stage, objectRef }) =>
          verb === 'list' && stage === 'ResponseComplete' && objectRef?.resource === resource,
      ).length,
  };
};

/** The line of a configuration with which a node takes part. */
export const kubernetesYaml = (kubeconfig: string): string =>
  `kubernetes: { enabled: true, resources: false, sharedWatcher: true, kubeconfig: ${kubeconfig} }\n`;

/** Starts everything but the nodes. */
export const startLab = async (): Promise<Lab> => {
  const cleanup = new AsyncDisposableStack();
  try {
    const folder = await scratch('shared-watcher');
    cleanup.defer(() => discard(folder));
    const [policy, audit] = [join(folder, 'policy.json'), join(folder, 'audit.log')];
    const rules = [{ level: 'Metadata', omitStages: ['RequestReceived'] }];
    await writeFile(policy, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules }));
    await writeFile(audit, '');
    const flags = [`--audit-policy-file=${policy}`, `--audit-log-path=${audit}`];
    const cluster = cleanup.use(await startCluster({ flags }));
    const nats = cleanup.use(await startNats('2.14'));
    const access: Access = { urls: [nats.url] };
    const sites = new Map<string, Site>();
    for (const name of NAMES) await cluster.apply(nodeObject({ name, addresses: ['127.0.0.1'] }));

    const logs = (): string =>
      [...sites.values()].map(({ name, vipcast }) => `== ${name}\n${vipcast.stderr()}`).join('\n');
    const has = (name: string, address: string): boolean =>
      routeTable(sites.get(name)!.receiver.updates).has(`${address}/32`);
    const moved = cleanup.move();
    return {
      ...{ cluster, nats, sites, logs },
      asked: readAudit(audit),
      start: async (name) => {
        const site = await startSite(name, access, kubernetesYaml(cluster.kubeconfig));
        sites.set(name, site);
        moved.use(site);
        return site;
      },
      serve: (name, address, words) => {
        const all = { name, addresses: [address], ...words };
        return cluster.apply(
          service(all),
          ...endpointSlices(all, [{ node: 'n1', addresses: ['10.244.1.5'] }], ['IPv4']),
        );
      },
      hear: async (address, names, wanted = true, timeout = 20_000) => {
        await until(() => names.every((name) => has(name, address) === wanted), {
          what: `${names} ${wanted ? 'to announce' : 'to withdraw'} ${address}`,
          timeout,
          explain: logs,
        });
      },
      watcher: async (name) => {
        const { stdout } = await sites.get(name)!.vipcast.cli('log', '-o', 'json');
        const facts = stdout
          .split('\n')
          .filter((line) => line.includes('"kubernetes.'))
          .map((line) => JSON.parse(line) as { readonly type: string; readonly writer: string });
        const last = facts.findLast(({ type }) => type === 'kubernetes.TermBegan');
        return last?.writer.split('/')[0];
      },
      why: async (name, address) =>
        (await sites.get(name)!.vipcast.cli('why', address, '--node', name)).stdout,
      withdrawn: async (name) => {
        const { stdout } = await sites.get(name)!.vipcast.cli('log', '-o', 'json');
        return stdout
          .split('\n')
          .filter((line) => line.includes('"vip.Withdrawn"') && line.includes(`"${name}/vip-watcher"`))
          .map((line) => (JSON.parse(line) as { readonly data: { readonly vip: string } }).data.vip);
      },
      [Symbol.asyncDispose]: () => moved.disposeAsync(),
    };
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
};
