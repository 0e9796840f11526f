import { join } from 'node:path';
import { localPeer } from '../daemon/configuration.ts';
import type { Host } from '../interop/namespace.ts';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { exec, type Outcome, type Running, spawn } from '../interop/process.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { type ReceiverProcess, startReceiverProcess } from '../interop/receiver-process.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';

/** A node with a router of its own. */
export interface Site extends AsyncDisposable {
  readonly name: string;
  readonly receiver: Receiver;
  readonly vipcast: Vipcast;
}

/** Where the cluster's log is, in the words of a configuration. */
export interface Access {
  readonly urls: readonly string[];
  readonly replicas?: number;
  readonly credentials?: string;
  readonly ca?: string;
}

const ROUTER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };

/** `log.nats` of a configuration. */
const natsYaml = ({ urls, replicas = 1, credentials, ca }: Access): string =>
  JSON.stringify({
    servers: urls,
    replicas,
    ...(credentials === undefined ? {} : { credentials }),
    ...(ca === undefined ? {} : { ca }),
  });

/** The configuration of a node of cluster `test` with a router on `port`. */
export const siteYaml = (name: string, port: number, access: Access, more = ''): string => `cluster: test
node: ${name}
bgp: { localASN: 65000, routerID: 10.0.0.7, holdTime: 9s, connectRetryTime: 1s }
peers:
  - ${localPeer('tor', port)}
vips:
  - { name: web, addresses: [192.0.2.10] }
${more}log:
  nats: ${natsYaml(access)}
`;

/**
 * Starts a node of cluster `test` that announces VIP `web` to a router of its own.
 * @param more further lines of its configuration; those with two spaces and a dash are further VIPs
 */
export const startSite = async (name: string, access: Access, more = ''): Promise<Site> => {
  const receiver = await startReceiver(ROUTER);
  const vipcast = await startVipcast(null, siteYaml(name, receiver.port, access, more));
  return {
    name,
    receiver,
    vipcast,
    [Symbol.asyncDispose]: async () => {
      await vipcast[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    },
  };
};

/** A node on a host of its own, with its router on the same host: nothing that happens between hosts is between them. */
export interface RemoteSite extends AsyncDisposable {
  readonly name: string;
  readonly receiver: ReceiverProcess;
  readonly vipcast: Vipcast;
}

/** Starts a node as `startSite` does, in a host's network namespace. */
export const startRemoteSite = async (host: Host, access: Access): Promise<RemoteSite> => {
  const receiver = await startReceiverProcess(host.namespace, ROUTER);
  const vipcast = await startVipcast(host.namespace, siteYaml(host.name, receiver.port, access));
  return {
    name: host.name,
    receiver,
    vipcast,
    [Symbol.asyncDispose]: async () => {
      await vipcast[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    },
  };
};

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');

const flagsOf = ({ urls, credentials, ca }: Access): readonly string[] => [
  ...['--nats', urls.join(','), '--cluster', 'test'],
  ...(credentials === undefined ? [] : ['--credentials', credentials]),
  ...(ca === undefined ? [] : ['--ca', ca]),
];

/** Asks from outside of all nodes: `vipcast … --nats`. */
export const askNats = (access: Access, ...args: readonly string[]): Promise<Outcome> =>
  exec(null, [NODE, MAIN, ...args, ...flagsOf(access)]);

/** Begins to ask, and goes on. */
export const watchNats = (access: Access, ...args: readonly string[]): Running =>
  spawn(null, [NODE, MAIN, ...args, ...flagsOf(access)]);

/** The rows of an answer. */
export const rowsIn = <Row>({ stdout, stderr }: Outcome): readonly Row[] => {
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { items: readonly Row[] }).items;
};
