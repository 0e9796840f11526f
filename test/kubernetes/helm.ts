import { join } from 'node:path';
import { exec } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { PROGRAMS } from '../setup/kubernetes.ts';

/** Runs helm, which must succeed, and returns its stdout; against the cluster of `kubeconfig` if there is one. */
export const helm = async (args: readonly string[], kubeconfig?: string): Promise<string> => {
  // Nothing of a developer's own: neither repositories and plugins nor the cluster that kubectl last used.
  const home = await scratch('helm');
  const env = {
    HELM_CACHE_HOME: join(home, 'cache'),
    HELM_CONFIG_HOME: join(home, 'config'),
    HELM_DATA_HOME: join(home, 'data'),
    KUBECONFIG: kubeconfig ?? join(home, 'none'),
  };
  const { code, stdout, stderr } = await exec(null, [PROGRAMS.helm, ...args], { env });
  await discard(home);
  if (code !== 0) throw new Error(`helm ${args.join(' ')} ended with ${code}: ${stderr || stdout}`);
  return stdout;
};
