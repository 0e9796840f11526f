#!/usr/bin/env node
/**
 * The command `vipcast`.
 *
 * A command line goes in, data comes out on stdout, hints and errors on stderr, and an exit status (`exit-code.ts`).
 * `program.ts` lists the verbs, one file each in `commands/`. Those that ask are views of the log: `view-command.ts`
 * opens it (`journal.ts`), folds it up to a moment (`window.ts`, `time.ts`) and prints rows (`table.ts`,
 * `document.ts`). Those that wish (`wish.ts`) append an operator's fact, ring at the daemon's door and watch the log
 * until the wish has come true. Whatever fails is a `Failure` with a stable code (`failure.ts`).
 */
import { processIo } from './io.ts';
import { runProgram } from './program.ts';

await runProgram(process.argv.slice(2), processIo());
