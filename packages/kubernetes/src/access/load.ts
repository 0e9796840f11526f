import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';
import type { Access } from './access.ts';
import { type ClusterEntry, readCluster } from './cluster-entry.ts';
import { execSource } from './exec.ts';
import type { Fields } from './fields.ts';
import { createIdentity, type IdentitySource } from './identity.ts';
import { inCluster, isInCluster } from './in-cluster.ts';
import { type Kubeconfig, mergeKubeconfigs, readKubeconfig } from './kubeconfig-file.ts';
import { type AccessProblem, accessProblem } from './problem.ts';
import { readUser, type UserEntry } from './user-entry.ts';

/** What may be said about how to reach the API server; all of it may be left out. */
export interface AccessOptions {
  /** A kubeconfig file. */
  readonly kubeconfig?: string | undefined;
  /** A context of it other than the current one. */
  readonly context?: string | undefined;
  readonly env?: { readonly [name: string]: string | undefined };
  readonly clock?: Clock;
  /** Where a service account is mounted. */
  readonly serviceAccount?: string;
}

/** A way in, or why there is none. */
export type AccessAnswer =
  | { readonly ok: true; readonly access: Access }
  | { readonly ok: false; readonly problem: AccessProblem };

type Environment = { readonly [name: string]: string | undefined };

const entryOf = (
  config: Kubeconfig,
  list: 'contexts' | 'clusters' | 'users',
  name: string,
  asked: { readonly file: string; readonly field: string },
): Fields | AccessProblem => {
  const names = [...config[list].keys()];
  const known = names.length === 0 ? `a name, but ${list} has none` : `one of ${names.join(', ')}`;
  return config[list].get(name) ?? accessProblem(asked.file, asked.field, `"${name}"`, known);
};

const isProblem = (value: object): value is AccessProblem => 'expected' in value;

const identityOf = (
  cluster: ClusterEntry,
  user: UserEntry,
  env: Environment,
  clock: Clock,
): IdentitySource => {
  const program =
    user.exec &&
    execSource(user.exec, {
      env,
      clock,
      cluster: async () => ({
        ...cluster.written,
        serverName: cluster.serverName,
        verify: cluster.verify,
        ca: (await cluster.ca?.read())?.text,
      }),
    });
  return createIdentity({ ...user, ca: cluster.ca, program });
};

const accessOf = (
  config: Kubeconfig,
  wanted: string | undefined,
  env: Environment,
  clock: Clock,
  problems: AccessProblem[],
): Access | AccessProblem => {
  const file = config.files.join(delimiter);
  const name = wanted ?? config.currentContext;
  if (name === undefined) return accessProblem(file, 'current-context', 'nothing', 'the name of a context');
  const asked = wanted === undefined ? { file, field: 'current-context' } : { file, field: 'contexts' };
  const context = entryOf(config, 'contexts', name, asked);
  if (isProblem(context)) return context;
  const pick = (list: 'clusters' | 'users', field: string): Fields | AccessProblem => {
    const at = { file: context.file, field: `${context.path}.${field}` };
    return entryOf(config, list, context.text(field) ?? '', at);
  };
  const clusterFields = pick('clusters', 'cluster');
  if (isProblem(clusterFields)) return clusterFields;
  const userFields = pick('users', 'user');
  if (isProblem(userFields)) return userFields;
  const cluster = readCluster(clusterFields, clock);
  const user = readUser(userFields, clock);
  const problem = problems[0];
  if (problem !== undefined || cluster === undefined)
    return problem ?? accessProblem(file, '', 'no cluster', 'a cluster');
  return {
    ...identityOf(cluster, user, env, clock),
    server: cluster.server,
    serverName: cluster.serverName,
    verify: cluster.verify,
    namespace: context.text('namespace') ?? 'default',
    source: `${file}, context ${name}`,
  };
};

const fromKubeconfig = async (
  files: readonly string[],
  options: AccessOptions,
  env: Environment,
  clock: Clock,
): Promise<Access | AccessProblem> => {
  const problems: AccessProblem[] = [];
  const configs: Kubeconfig[] = [];
  for (const file of files) {
    const config = await readKubeconfig(file, problems);
    if (config === 'missing') continue;
    if (isProblem(config)) return config;
    configs.push(config);
  }
  if (configs.length === 0)
    return accessProblem(files.join(delimiter), '', 'no such file', 'a kubeconfig file');
  return accessOf(mergeKubeconfigs(configs), options.context, env, clock, problems);
};

/**
 * Finds the API server: the file that was named, else the files in `KUBECONFIG`, else this pod's service account, else
 * `~/.kube/config`. Credentials are read when they are first needed, and again when they change.
 */
export const loadAccess = async (options: AccessOptions = {}): Promise<AccessAnswer> => {
  const { env = process.env, clock = systemClock } = options;
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  const files = options.kubeconfig === undefined ? listed : [options.kubeconfig];
  const found =
    files.length === 0 && isInCluster(env)
      ? await inCluster(env, clock, options.serviceAccount)
      : await fromKubeconfig(
          files.length > 0 ? files : [join(env.HOME ?? homedir(), '.kube', 'config')],
          options,
          env,
          clock,
        );
  return isProblem(found) ? { ok: false, problem: found } : { ok: true, access: found };
};
