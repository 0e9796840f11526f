import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../interop/poll.ts';
import type { Account } from '../kubernetes/administration.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { serviceAccount } from '../kubernetes/objects.ts';
import { installResources } from '../kubernetes/resources.ts';
import type { Asked, AuditedCluster } from './kubernetes-audit.ts';
import { startKubernetesDaemon } from './kubernetes-daemon.ts';
import { startReceivers } from './receivers/receivers.ts';

/** A way in which vipcast is run, and what it asked for while nothing changed. */
export interface Quiet {
  readonly what: string;
  readonly asked: readonly Asked[];
  /** What its start, with nothing known, had asked for. */
  readonly start: readonly Asked[];
}

const WAYS = [
  { what: 'Services followed', name: 'follower', offices: false },
  { what: 'resources and allocation too, as the one that holds both Leases', name: 'holder', offices: true },
  { what: 'resources and allocation too, as one that holds none', name: 'candidate', offices: true },
] as const;

/** A start tells people at each Service what became of it, one Event a second after the first fifty. */
const SETTLED = 10_000;
const PATIENCE = 300_000;
const MINUTE = 60_000;

const mayDoAll = ({ namespace, name }: Account): KubernetesObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'ServiceAccount', namespace, name }],
});

/** Of a lease one must be the first, so each has to have begun before the next does. */
const begun = (asked: readonly Asked[], offices: boolean): boolean =>
  asked.some(({ what, verb }) => (offices ? what.startsWith('leases') : verb === 'watch'));

/** Runs vipcast in each way, all at once, and counts what the API server was asked for in a time without changes. */
export const runKubernetesQuiet = async (
  { cluster, asked }: AuditedCluster,
  minutes: number,
): Promise<readonly Quiet[]> => {
  await using resources = new AsyncDisposableStack();
  await installResources(cluster);
  const accountOf = (name: string): Account => ({ namespace: 'default', name });
  for (const { what, name, offices } of WAYS) {
    const account = accountOf(name);
    await cluster.apply(serviceAccount(account), mayDoAll(account));
    const receivers = resources.use(await startReceivers({ count: 1, held: false }));
    const kubeconfig = await cluster.userKubeconfig(account);
    resources.use(await startKubernetesDaemon({ peers: receivers.peers, kubeconfig, offices }));
    await receivers.established();
    await until(() => begun(asked(account), offices), { what, timeout: MINUTE });
  }
  const isEvent = ({ what }: Asked): boolean => what.startsWith('events');
  const lastEvent = (): number =>
    Math.max(...WAYS.flatMap(({ name }) => asked(accountOf(name)).filter(isEvent)).map(({ at }) => at));
  const words = { what: 'the last Event of a start', timeout: PATIENCE, interval: 1000 };
  await until(() => Date.now() - lastEvent() > SETTLED, words);
  const from = Date.now();
  await delay(minutes * MINUTE);
  const to = Date.now();
  return WAYS.map(({ what, name }) => {
    const all = asked(accountOf(name));
    return {
      what,
      asked: all.filter(({ at }) => at >= from && at < to),
      start: all.filter(({ at }) => at < from),
    };
  });
};
