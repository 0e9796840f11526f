import { ringDoorbell } from '@vipcast/log';
import { type StatusRow, status } from '@vipcast/views';
import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { describeFailure, Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { journalFile } from '../journal.ts';
import { requireKnown } from '../known.ts';
import { daemonAnswer, withTrouble } from '../log-trouble.ts';
import { type ViewOptions, withView } from '../options.ts';
import { describeReplication, replicationOf, withReplication } from '../replication-state.ts';
import { type Column, formatTable } from '../table.ts';
import { formatDuration, formatTime } from '../time.ts';
import { runView } from '../view-command.ts';

const columns: readonly Column<StatusRow>[] = [
  { header: 'NODE', cell: ({ node }) => node },
  {
    header: 'DAEMON',
    cell: ({ daemon }) => daemon,
    tone: ({ daemon }) => (daemon === 'stopped' || daemon === 'gone' ? 'bad' : 'plain'),
  },
  { header: 'DRAIN', cell: ({ drain }) => drain },
  {
    header: 'SESSIONS',
    cell: ({ sessions }) => `${sessions.up}/${sessions.total}`,
    right: true,
    tone: ({ sessions }) => (sessions.up === sessions.total ? 'good' : 'bad'),
  },
  { header: 'ADVERTISED', cell: ({ vips }) => vips.advertised, right: true },
  { header: 'WITHHELD', cell: ({ vips }) => vips.withheld, right: true },
  {
    header: 'CONFIG',
    cell: ({ config }) => config,
    tone: ({ config }) => (config === 'rejected' ? 'bad' : 'plain'),
  },
  {
    header: 'LAST FACT',
    cell: ({ changedAt, position }, now) => `${formatDuration(now - changedAt)} ago (seq ${position})`,
  },
  {
    header: 'PROBLEMS',
    cell: ({ problems }) => (problems.length === 0 ? 'none' : problems),
    tone: ({ healthy }) => (healthy ? 'plain' : 'bad'),
  },
];

const wide: readonly Column<StatusRow>[] = [
  { header: 'VERSION', cell: ({ version }) => version },
  { header: 'SINCE', cell: ({ since }) => (since === null ? null : formatTime(since)) },
  { header: 'NOTES', cell: ({ notes }) => (notes.length === 0 ? 'none' : notes) },
];

/** A daemon that died without a word looks like one that runs, in its log. A copied log has nobody at the door. */
const doorbellAnswers = async (io: Io, options: ViewOptions): Promise<boolean> => {
  const live =
    options.at === undefined &&
    options.until === undefined &&
    options.journal === undefined &&
    options.nats === undefined;
  return !live || (await ringDoorbell(await journalFile(io, options)));
};

/** `vipcast status`. */
export const addStatus = (program: Command, io: Io): void => {
  withView(program.command('status'))
    .description('is everything all right? One line a node; exit 3 if not')
    .action(async (options: ViewOptions) => {
      let running: readonly StatusRow[] = [];
      const replication = await replicationOf(io, options);
      const daemon = await daemonAnswer(io, options);
      await runView(io, options, {
        kind: 'Status',
        view: {
          ...status,
          answer: (network, scope) =>
            status
              .answer(network, scope)
              .map((row) => withTrouble(withReplication(row, replication), daemon)),
        },
        context: (scope) => scope,
        whenEmpty: (network, scope) => {
          requireKnown(network, scope);
          return 'the log is empty: no daemon has started yet';
        },
        format: (rows, looks) =>
          formatTable(looks.wide ? [...columns, ...wide] : columns, rows, looks) +
          (replication === undefined ? '' : describeReplication(replication)),
        exit: (rows) => {
          running = rows.filter(({ daemon }) => daemon === 'running');
          return rows.length > 0 && rows.every(({ healthy }) => healthy) ? EXIT.fine : EXIT.unhealthy;
        },
      });
      if (running.length === 0 || (await doorbellAnswers(io, options))) return;
      io.stderr.write(
        describeFailure(
          new Failure(
            'E_DAEMON_UNREACHABLE',
            'no daemon listens at this log, which says that one is running',
            {
              likely: 'it died without a word; the above is what it said last',
            },
          ),
        ),
      );
      io.finish(EXIT.unreachable);
    });
};
