import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { faultOf } from '../wording.ts';
import { type Access, parseServer } from './access.ts';
import { createIdentity } from './identity.ts';
import { type AccessProblem, accessProblem } from './problem.ts';
import { fileSource, refuseCertificates, refuseToken } from './source.ts';

/** Where kubelet puts a pod's token, its authorities and its namespace. */
export const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

type Environment = { readonly [name: string]: string | undefined };

/** True inside a pod: kubelet names the API server in every container's environment. */
export const isInCluster = (env: Environment): boolean =>
  Boolean(env.KUBERNETES_SERVICE_HOST) &&
  Boolean(env.KUBERNETES_SERVICE_PORT_HTTPS ?? env.KUBERNETES_SERVICE_PORT);

const namespaceIn = async (folder: string): Promise<string> => {
  try {
    return (await readFile(join(folder, 'namespace'), 'utf8')).trim() || 'default';
  } catch {
    return 'default';
  }
};

/** The way in that every pod is given. `folder` is `SERVICE_ACCOUNT` but in tests. */
export const inCluster = async (
  env: Environment,
  clock: Clock,
  folder = SERVICE_ACCOUNT,
): Promise<Access | AccessProblem> => {
  const host = env.KUBERNETES_SERVICE_HOST ?? '';
  const port = env.KUBERNETES_SERVICE_PORT_HTTPS ?? env.KUBERNETES_SERVICE_PORT ?? '';
  const server = parseServer(`https://${host.includes(':') ? `[${host}]` : host}:${port}`);
  if (server === undefined)
    return accessProblem(
      'the environment',
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT',
      `"${host}" and "${port}"`,
      'a host and a port',
    );
  for (const name of ['token', 'ca.crt']) {
    const path = join(folder, name);
    try {
      await readFile(path);
    } catch (error) {
      return accessProblem(path, '', faultOf(error), 'the file that a service account mounts');
    }
  }
  return {
    ...createIdentity({
      ca: fileSource(join(folder, 'ca.crt'), clock, refuseCertificates),
      token: fileSource(join(folder, 'token'), clock, refuseToken),
      certificate: undefined,
      key: undefined,
      program: undefined,
    }),
    server,
    serverName: undefined,
    verify: true,
    namespace: await namespaceIn(folder),
    source: 'the service account of this pod',
  };
};
