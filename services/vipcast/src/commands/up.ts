import type { Command } from 'commander';
import type { Io } from '../io.ts';
import type { UpOptions } from '../up.ts';

/** `vipcast up`: all services of this node, until told to stop. */
export const addUp = (program: Command, io: Io): void => {
  program
    .command('up')
    .description('runs all services on this node')
    .requiredOption('-c, --config <file>', 'the configuration')
    .option('--log-level <level>', 'trace, debug, info, warn, error or fatal', 'info')
    .action(async (options: UpOptions) => (await import('../up.ts')).up(io, options));
};
