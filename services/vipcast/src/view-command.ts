import type { Changed, Scope } from '@vipcast/views';
import { type Archive, withArchive } from './archive.ts';
import { type AsOf, documentFormat } from './document.ts';
import { EXIT } from './exit-code.ts';
import type { Io } from './io.ts';
import type { ViewOptions } from './options.ts';
import { type Answer, createAnswer, type ViewCommand } from './view-answer.ts';
import { readTimes } from './view-times.ts';
import { follow } from './watch.ts';
import { requireKept } from './window.ts';

const CLEAR = '\x1b[H\x1b[2J';
/** How often a watched screen is drawn again so that its ages go on, in milliseconds. */
const REDRAW = 1000;

/** Prints the answer whenever it differs from what was printed; on a terminal once a second too. */
const watch = async <Row>(
  io: Io,
  archive: Archive,
  answer: Answer<Row>,
  { time, seq }: AsOf,
): Promise<void> => {
  const asOf = { time, seq };
  let said = '';
  let shown: string | undefined;
  let drawn = 0;
  await follow(
    archive.log,
    seq,
    (facts) => {
      const problem = archive.problem()?.message ?? '';
      if (problem !== said && problem !== '') io.stderr.write(`${problem}\n`);
      said = problem;
      for (const fact of facts) answer.take(fact);
      asOf.seq = facts.at(-1)?.position ?? asOf.seq;
      asOf.time = io.clock.wall();
      const aged = io.stdout.isTTY && asOf.time - drawn >= REDRAW;
      if (facts.length === 0 && shown !== undefined && !aged) return false;
      const rows = answer.rows(asOf.time);
      const content = JSON.stringify(rows);
      if (content === shown && !aged) return false;
      shown = content;
      drawn = asOf.time;
      io.stdout.write((io.stdout.isTTY ? CLEAR : '') + answer.text(rows, asOf, asOf.time));
      return false;
    },
    io.interrupted(),
  );
};

/**
 * Answers a view: folds the log up to the moment that is asked for and prints the rows; with `--watch`, again on
 * every change until it is interrupted.
 * @throws Failure when the log cannot be read, a time is no time, or a name is not known
 */
export const runView = async <State, Row extends Changed, Context extends Scope>(
  io: Io,
  options: ViewOptions,
  command: ViewCommand<State, Row, Context>,
): Promise<void> => {
  const now = io.clock.wall();
  const times = readTimes(options, now);
  const format = await documentFormat(options.output);
  await withArchive(io, options, async (archive) => {
    if (times.since !== undefined) requireKept(archive.log, times.since);
    const { state, asOf } = archive.fold(command.view, now, times.at);
    const answer = createAnswer(io, options, command, times, state, format, archive);
    if (options.watch) return await watch(io, archive, answer, asOf);
    const rows = answer.rows(asOf.time);
    const empty = rows.length === 0 ? answer.whenEmpty(asOf.time) : '';
    io.stdout.write(answer.text(rows, asOf, now));
    if (empty !== '') io.stderr.write(`${empty}\n`);
    for (const hint of command.hints?.(rows) ?? []) io.stderr.write(`${hint}\n`);
    io.finish(command.exit?.(rows) ?? EXIT.fine);
  });
};
