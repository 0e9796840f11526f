import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { nonEmpty } from '../options.ts';

/** `vipcast import kube-vip [FILE]` and `vipcast import metallb [FILE…]`. */
export const addImport = (program: Command, io: Io): void => {
  const command = program.command('import').description("prints a configuration made from another program's");
  command
    .command('kube-vip')
    .description(
      "from kube-vip's manifest or env file, from - for standard input, or else from the environment",
    )
    .argument('[file]', 'a DaemonSet, a static Pod or an env file', nonEmpty)
    .action(async (file: string | undefined) => (await import('../kube-vip.ts')).importFrom(io, file));
  command
    .command('metallb')
    .description("from MetalLB's resources or its ConfigMap: prints BGPPeers, BGPAdvertisements and VIPPools")
    .argument('[files...]', 'manifests; - or none is standard input')
    .action(async (files: readonly string[]) => (await import('../metallb.ts')).importMetalLBFrom(io, files));
};
