import { type HistoryRow, historyOf } from '@vipcast/views';
import type { Command } from 'commander';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { nonEmpty, type ViewOptions, withView } from '../options.ts';
import { type Column, formatTable } from '../table.ts';
import { formatTime } from '../time.ts';
import { runView } from '../view-command.ts';

const columns: readonly Column<HistoryRow>[] = [
  { header: 'TIME', cell: ({ time }) => formatTime(time) },
  { header: 'SEQ', cell: ({ position }) => position, right: true },
  { header: 'NODE', cell: ({ node }) => node },
  { header: 'CHANGE', cell: ({ type }) => type },
  { header: 'WHAT', cell: ({ text }) => text },
];

const cause = (wide: boolean): Column<HistoryRow> => ({
  header: 'CAUSE',
  cell: ({ cause }) =>
    cause === null ? null : `seq ${cause.position} ${cause.type}${wide ? `: ${cause.text}` : ''}`,
});

/** `vipcast history VIP|PEER`. */
export const addHistory = (program: Command, io: Io): void => {
  withView(program.command('history'))
    .description('every change of a VIP or a peer, with its time, position and cause')
    .argument('<vip|peer>', 'the name of a VIP or a peer, or an address', nonEmpty)
    .action((target: string, options: ViewOptions) =>
      runView(io, options, {
        kind: 'History',
        view: historyOf(target),
        context: (scope) => scope,
        whenEmpty: ({ changes }) => {
          if (changes.length > 0) return 'nothing changed in that time';
          throw new Failure('E_NOT_FOUND', `the log knows no VIP and no peer called ${target}`, {
            next: 'vipcast vips, or vipcast peers',
          });
        },
        format: (rows, looks) => formatTable([...columns, cause(looks.wide)], rows, looks),
      }),
    );
};
