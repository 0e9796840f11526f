import { Command, CommanderError } from 'commander';
import { addAnnounce } from './commands/announce.ts';
import { addCheck } from './commands/check.ts';
import { addDemo } from './commands/demo.ts';
import { addDiff } from './commands/diff.ts';
import { addDrain } from './commands/drain.ts';
import { addHistory } from './commands/history.ts';
import { addImport } from './commands/import.ts';
import { addLog } from './commands/log.ts';
import { addNextHops } from './commands/next-hops.ts';
import { addPeers } from './commands/peers.ts';
import { addReplay } from './commands/replay.ts';
import { addReset } from './commands/reset.ts';
import { addRoutes } from './commands/routes.ts';
import { addRun } from './commands/run.ts';
import { addStatus } from './commands/status.ts';
import { addUndrain } from './commands/undrain.ts';
import { addUp } from './commands/up.ts';
import { addVips } from './commands/vips.ts';
import { addWhy } from './commands/why.ts';
import { addWithdraw } from './commands/withdraw.ts';
import { EXIT } from './exit-code.ts';
import { describeFailure, Failure } from './failure.ts';
import type { Io } from './io.ts';
import { journalFailure } from './journal.ts';
import { VERSION } from './version.ts';

/** The verbs, in the order of the help. Each adds itself to the program. */
const COMMANDS: readonly ((program: Command, io: Io) => void)[] = [
  addUp,
  addRun,
  addDemo,
  addStatus,
  addPeers,
  addRoutes,
  addVips,
  addNextHops,
  addWhy,
  addHistory,
  addDiff,
  addLog,
  addReplay,
  addCheck,
  addImport,
  addAnnounce,
  addWithdraw,
  addDrain,
  addUndrain,
  addReset,
];

const AFTER_HELP = `
Times:       now, -15m, 15m ago, 2026-11-23T09:41:07Z, seq:48211
Exit status: 0 fine, 1 a difference or a negative answer, 2 usage, 3 unhealthy, 4 daemon not reachable,
             5 not found, 6 older than what is kept`;

const createProgram = (io: Io): Command => {
  const program = new Command('vipcast')
    .description('announces service addresses over BGP and remembers why')
    .version(VERSION)
    .exitOverride()
    // A flag belongs to the verb before it: `log` and `log export` share names.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: () => undefined,
    })
    .addHelpText('after', AFTER_HELP);
  for (const add of COMMANDS) add(program, io);
  return program;
};

/** What commander says of a command line, as a failure; `undefined` when it only wanted to show help. */
const usageFailure = (error: CommanderError): Failure | undefined => {
  if (error.exitCode === 0) return undefined;
  if (error.code === 'commander.help') return new Failure('E_USAGE', 'no verb is given');
  return new Failure('E_USAGE', error.message.replace(/^error: /, '').replaceAll('\n', ' '));
};

const asFailure = (error: unknown): Failure | undefined => {
  if (error instanceof CommanderError) return usageFailure(error);
  const failure = journalFailure(error);
  if (failure instanceof Failure) return failure;
  throw error;
};

/** Runs one command line. Whatever goes wrong is said on stderr, and the process finishes with its exit status. */
export const runProgram = async (argv: readonly string[], io: Io): Promise<void> => {
  try {
    io.finish(EXIT.fine);
    await createProgram(io).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    const failure = asFailure(error);
    if (failure === undefined) return;
    io.stderr.write(describeFailure(failure));
    io.finish(failure.exit);
  }
};
