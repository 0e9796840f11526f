import { importKubeVip } from '@vipcast/config';
import { readText } from './configuration-file.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';

const definedOnly = (env: Io['env']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

const SETTINGS = /^(bgp_|mpbgp_|vip_|svc_|cp_|lb_|address$)/;

const environment = ({ env }: Io): { readonly env: Record<string, string> } => {
  const defined = definedOnly(env);
  if (!Object.keys(defined).some((name) => SETTINGS.test(name)))
    throw new Failure('E_IMPORT', "the environment holds none of kube-vip's settings");
  return { env: defined };
};

/**
 * Prints a configuration made from kube-vip's settings, and notes on what has no counterpart.
 * @param file `-` for standard input; left out: the environment
 * @throws Failure when there is nothing to read
 */
export const importFrom = async (io: Io, file: string | undefined): Promise<void> => {
  const source = file === undefined ? environment(io) : { text: await readText(io, file), file };
  const { yaml, notes } = importKubeVip(source);
  io.stdout.write(yaml);
  for (const note of notes) io.stderr.write(`note: ${note}\n`);
};
