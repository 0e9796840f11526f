import { importKubeVip } from '@vipcast/config';
import type { Command } from 'commander';
import { readText } from '../configuration-file.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { nonEmpty } from '../options.ts';

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

const importFrom = async (io: Io, file: string | undefined): Promise<void> => {
  const source = file === undefined ? environment(io) : { text: await readText(io, file), file };
  const { yaml, notes } = importKubeVip(source);
  io.stdout.write(yaml);
  for (const note of notes) io.stderr.write(`note: ${note}\n`);
};

/** `vipcast import kube-vip [FILE]`. */
export const addImport = (program: Command, io: Io): void => {
  program
    .command('import')
    .description("prints a configuration made from another program's")
    .command('kube-vip')
    .description(
      "from kube-vip's manifest or env file, from - for standard input, or else from the environment",
    )
    .argument('[file]', 'a DaemonSet, a static Pod or an env file', nonEmpty)
    .action((file: string | undefined) => importFrom(io, file));
};
