import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { nonEmpty, withJournal } from '../options.ts';
import type { ReplayFlags } from '../replay/command.ts';

/** `vipcast replay`. */
export const addReplay = (program: Command, io: Io): void => {
  withJournal(program.command('replay'))
    .description(
      'feeds recorded inputs to the same code, with no network, and compares with the recorded facts; exit 1 if they differ',
    )
    .argument(
      '[file]',
      'a journal with its .inputs beside it, or what log export --format jsonl wrote',
      nonEmpty,
    )
    .option('--peer <name>', 'the sessions with this peer only', nonEmpty)
    .option('--to <time>', 'up to then')
    .option('--step', 'show every input, what it makes the daemon do, and what is concluded')
    .action(async (file: string | undefined, flags: ReplayFlags) =>
      (await import('../replay/command.ts')).runReplay(io, file, flags),
    );
};
