import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { NODE_NAME } from './kubernetes-load.ts';
import { createFolder, startDaemon } from './speakers/daemon.ts';
import { LOCAL_ASN, type Peer, ROUTER_ID } from './speakers/speaker.ts';

const PROGRAM = join(ROOT, 'services', 'vipcast', 'bin', 'vipcast.mjs');

/** What a daemon that follows Services is told. */
export interface KubernetesDaemonOptions {
  readonly peers: readonly Peer[];
  readonly kubeconfig: string;
  /** Stand for the offices that speak to the API server: it writes statuses and gives addresses. */
  readonly offices?: boolean;
}

/** `vipcast up` as it is built, on a fresh journal. */
export interface KubernetesDaemon extends AsyncDisposable {
  readonly pid: number;
  /** When its process was started, by `process.hrtime`. */
  readonly begun: bigint;
  logs(): string;
}

const peerOf = ({ name, address, port, asn }: Peer) => ({
  ...{ name, address, port, peerASN: asn, connectRetryTime: '1s' },
  nextHop: { strategy: 'session' },
});

/** Starts one. */
export const startKubernetesDaemon = async ({
  peers,
  kubeconfig,
  offices = false,
}: KubernetesDaemonOptions): Promise<KubernetesDaemon> => {
  const folder = await createFolder('vipcast-kubernetes');
  const configFile = join(folder, 'vipcast.yaml');
  const configuration = {
    node: NODE_NAME,
    bgp: { localASN: LOCAL_ASN, routerID: ROUTER_ID },
    log: { journal: join(folder, 'journal', 'journal.db') },
    peers: peers.map(peerOf),
    kubernetes: { enabled: true, kubeconfig, resources: offices, allocate: offices },
  };
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify(configuration));
  const begun = process.hrtime.bigint();
  const daemon = startDaemon(folder, [NODE, PROGRAM, 'up', '-c', configFile, '--log-level', 'warn']);
  return {
    ...{ pid: daemon.running.pid, begun, logs: daemon.logs },
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
};
