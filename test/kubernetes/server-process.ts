import { until } from '../interop/poll.ts';
import { type Running, spawn } from '../interop/process.ts';
import { PROGRAMS } from '../setup/kubernetes.ts';
import type { Identity } from './certificates.ts';

/** Where kube-apiserver listens, on which store, and as whom. */
export interface ServerSettings {
  readonly address: '127.0.0.1' | '::1';
  readonly port: number;
  readonly etcd: string;
  readonly authority: Identity;
  readonly identity: Identity;
  /** The file with the key that signs the tokens of ServiceAccounts. */
  readonly accountsKeyFile: string;
  readonly flags: readonly string[];
}

/** The process kube-apiserver, which may live many times. */
export interface ServerProcess {
  start(): Promise<void>;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  pid(): number;
  output(): string;
}

// The family of the first range must be that of the server's own address.
const RANGES = {
  '127.0.0.1': '10.96.0.0/16,fd00:10:96::/108',
  '::1': 'fd00:10:96::/108,10.96.0.0/16',
} as const;

const argvOf = (settings: ServerSettings): readonly string[] => [
  PROGRAMS['kube-apiserver'],
  ...[`--bind-address=${settings.address}`, `--advertise-address=${settings.address}`],
  ...[`--secure-port=${settings.port}`, `--etcd-servers=${settings.etcd}`],
  `--service-cluster-ip-range=${RANGES[settings.address]}`,
  `--tls-cert-file=${settings.identity.certificateFile}`,
  `--tls-private-key-file=${settings.identity.keyFile}`,
  ...[`--client-ca-file=${settings.authority.certificateFile}`, '--authorization-mode=Node,RBAC'],
  '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
  `--service-account-key-file=${settings.accountsKeyFile}`,
  `--service-account-signing-key-file=${settings.accountsKeyFile}`,
  // Endpoints may not have a loopback address.
  '--endpoint-reconciler-type=none',
  // It taints a new Node as not ready, and there is no controller here to take the taint away.
  '--disable-admission-plugins=TaintNodesByCondition',
  ...settings.flags,
];

/** Prepares the process; `isReady` says when a start is complete. */
export const serverProcess = (settings: ServerSettings, isReady: () => Promise<boolean>): ServerProcess => {
  let running: Running | undefined;
  let earlier = '';
  const output = (): string => earlier + (running?.stderr() ?? '');
  return {
    start: async () => {
      earlier = output();
      const started = spawn(null, argvOf(settings));
      running = started;
      const words = { what: 'kube-apiserver', timeout: 60_000, explain: output };
      await until(async () => !started.alive() || (await isReady()), words);
      if (!started.alive()) throw new Error(`kube-apiserver ended\n${output()}`);
    },
    kill: async () => {
      running?.signal('SIGKILL');
      await running?.exited;
    },
    freeze: () => running?.signal('SIGSTOP'),
    thaw: () => running?.signal('SIGCONT'),
    pid: () => running?.pid ?? 0,
    output,
  };
};
