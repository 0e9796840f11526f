import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { type Running, spawn } from '../interop/process.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');
const FILES = ['token', 'ca.crt', 'namespace'] as const;

/** What kubelet mounts into a Pod, and keeps up to date. */
export type PodAccount = Readonly<Record<(typeof FILES)[number], string>>;

/**
 * Writes it as kubelet does: files are links into a folder that is replaced as a whole.
 * @param revision different each time
 */
export const writePodAccount = async (
  folder: string,
  revision: number,
  account: PodAccount,
): Promise<void> => {
  const [data, next] = [join(folder, `..${revision}`), join(folder, '..data_tmp')];
  await mkdir(data, { recursive: true });
  for (const name of FILES) await writeFile(join(data, name), account[name]);
  await symlink(`..${revision}`, next);
  await rename(next, join(folder, '..data'));
  for (const name of FILES) await symlink(join('..data', name), join(folder, name)).catch(() => undefined);
};

/** Starts vipcast as in a Pod: with the account where Pods have it, and the API server in its environment. */
export const startInPod = (configFile: string, account: string, port: number): Running => {
  const place = '/run/secrets/kubernetes.io/serviceaccount';
  // A mount namespace of its own; /var/run is a link to /run.
  const script = `set -e
    mount -t tmpfs tmpfs /run
    mkdir -p ${place}
    mount --bind ${account} ${place}
    exec ${NODE} ${MAIN} up -c ${configFile}`;
  const env = {
    ...{ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: `${port}`, KUBECONFIG: '' },
    HOME: '/nonexistent',
  };
  return spawn(null, ['unshare', '--mount', 'sh', '-c', script], { env });
};
