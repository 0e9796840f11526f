import { Argument, type Command } from 'commander';
import { SERVICES, type ServiceName } from '../daemon/share.ts';
import type { Io } from '../io.ts';
import type { UpOptions } from '../up.ts';

/** `vipcast run SERVICE`: one service of this node in a process of its own, until told to stop. */
export const addRun = (program: Command, io: Io): void => {
  program
    .command('run')
    .description('runs one service of this node alone; it meets the others on NATS')
    .addArgument(new Argument('<service>', 'which').choices(SERVICES))
    .requiredOption('-c, --config <file>', 'the configuration, the same for each')
    .option('--log-level <level>', 'trace, debug, info, warn, error or fatal', 'info')
    .action(async (service: ServiceName, options: UpOptions) =>
      (await import('../up.ts')).up(io, options, service),
    );
};
