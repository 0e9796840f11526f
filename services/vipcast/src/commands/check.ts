import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { type JournalOptions, nonEmpty, withJournal } from '../options.ts';

/** `vipcast check FILE`. A file that is not valid is a negative answer: exit 1. */
export const addCheck = (program: Command, io: Io): void => {
  withJournal(program.command('check'))
    .description('validates a configuration and prints what it would change; exit 1 if it is not valid')
    .argument('<file>', 'the configuration, or - for standard input', nonEmpty)
    .action(async (file: string, options: JournalOptions) =>
      (await import('../check.ts')).check(io, file, options),
    );
};
