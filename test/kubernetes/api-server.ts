/**
 * A Kubernetes API server under test: kube-apiserver and etcd on loopback, with a folder of their own. There is no
 * controller manager, scheduler or kubelet: the tests write what those would write.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../cluster/nats.ts';
import { run } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { PROGRAMS } from '../setup/kubernetes.ts';
import { type Account, type Administration, administration } from './administration.ts';
import { type Identity, makeAuthority, makeIdentity, writeAccountsKey } from './certificates.ts';
import { type Ask, conversation } from './conversation.ts';
import { startEtcd } from './etcd.ts';
import { kubeconfig, type User } from './kubeconfig.ts';
import { serverProcess } from './server-process.ts';

/** A running cluster of one API server, which may do everything to whoever asks as its administrator. */
export interface Cluster extends Administration, AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The certificate of the authority that signed the server's, in PEM. */
  readonly authority: string;
  /** Removed with the cluster; a place for what tests write. */
  readonly folder: string;
  /** The administrator's kubeconfig, which is a file with a client certificate in it. */
  readonly kubeconfig: string;
  /** The administrator's client certificate. */
  readonly administrator: Identity;
  /** Asks as the administrator, and answers whatever the status is. */
  readonly request: Ask;
  /** Runs kubectl as the administrator, which must succeed, and returns its stdout. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** The file of a kubeconfig with such a token. */
  userKubeconfig(account: Account): Promise<string>;
  /** Ends the API server at once; what it wrote stays in etcd. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port. */
  start(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /**
   * Makes etcd forget the past: a continued list or a watch from before is told 410 Gone, once the API server, which
   * remembers a little of it too, was killed and started.
   */
  compact(): Promise<void>;
  /** Takes objects out of etcd, by the beginning of their keys after `/registry/`: what a restored backup may lack. */
  lose(prefix: string): Promise<void>;
  /** The pids of etcd and of the API server. */
  pids(): readonly number[];
  /** What the API server logged, all its lives together. */
  output(): string;
  /** Ends everything and removes the folder. */
  stop(): Promise<void>;
}

/** How the cluster differs from the usual one. */
export interface ClusterOptions {
  /** Where it listens; ::1 makes it a cluster whose first family is IPv6. */
  readonly address?: '127.0.0.1' | '::1';
  /** Further flags of kube-apiserver. */
  readonly flags?: readonly string[];
}

/** Starts a cluster and waits until it is ready. */
export const startCluster = async ({
  address = '127.0.0.1',
  flags = [],
}: ClusterOptions = {}): Promise<Cluster> => {
  const folder = await scratch('kubernetes');
  const port = await freePort();
  const url = `https://${address === '::1' ? '[::1]' : address}:${port}`;
  const authority = await makeAuthority(folder);
  const [identity, admin] = await Promise.all([
    makeIdentity(folder, authority, '/CN=kube-apiserver'),
    makeIdentity(folder, authority, '/O=system:masters/CN=admin'),
  ]);
  const accountsKeyFile = await writeAccountsKey(folder);
  const writeKubeconfig = async (name: string, user: User): Promise<string> => {
    const file = join(folder, `${name}.kubeconfig`);
    await writeFile(file, kubeconfig(url, authority.certificate, user));
    return file;
  };
  const adminKubeconfig = await writeKubeconfig('admin', admin);
  const etcd = await startEtcd(folder);
  const request = conversation(url, authority.certificate, admin);
  const server = serverProcess(
    { address, port, etcd: etcd.url, authority, identity, accountsKeyFile, flags },
    async () => (await request('GET', '/readyz')).status === 200,
  );
  const stop = async (): Promise<void> => {
    await server.kill();
    etcd.running.signal('SIGKILL');
    await etcd.running.exited;
    await discard(folder);
  };
  try {
    await server.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const rights = administration(request);
  const kubectl = [PROGRAMS.kubectl, '--kubeconfig', adminKubeconfig, '--cache-dir', join(folder, 'kubectl')];
  return {
    ...rights,
    url,
    port,
    authority: authority.certificate,
    folder,
    kubeconfig: adminKubeconfig,
    administrator: admin,
    request,
    kubectl: (args, input) => run(null, [...kubectl, ...args], input),
    userKubeconfig: async (account) =>
      writeKubeconfig(`${account.namespace}-${account.name}`, { token: await rights.userToken(account) }),
    ...{ kill: server.kill, start: server.start, freeze: server.freeze, thaw: server.thaw },
    compact: etcd.compact,
    lose: etcd.lose,
    pids: () => [etcd.running.pid, server.pid()],
    output: server.output,
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
