import { type NextHopRow, nextHops } from '@vipcast/views';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { requireKnown } from '../known.ts';
import { type ViewOptions, withView } from '../options.ts';
import { type Column, formatTable } from '../table.ts';
import { runView } from '../view-command.ts';

const columns: readonly Column<NextHopRow>[] = [
  { header: 'NODE', cell: ({ node }) => node },
  { header: 'PEER', cell: ({ peer }) => peer },
  { header: 'FAMILY', cell: ({ family }) => family },
  {
    header: 'NEXT HOP',
    cell: ({ nextHops }) => nextHops,
    tone: ({ nextHops }) => (nextHops.length > 0 ? 'good' : 'bad'),
  },
  { header: 'STRATEGY', cell: ({ strategy }) => strategy },
  { header: 'WHY', cell: ({ because }) => because },
];

const candidates: Column<NextHopRow> = {
  header: 'CANDIDATES',
  cell: (row) =>
    row.candidates.map(
      ({ address, interface: link, rejected }) =>
        `${address} on ${link}: ${rejected ?? (row.nextHops.includes(address) ? 'chosen' : 'fit')}`,
    ),
};

/** `vipcast next-hops`. */
export const addNextHops = (program: Command, io: Io): void => {
  withView(program.command('next-hops'))
    .description('which next hop each peer gets for each family, and why; -o wide lists what was looked at')
    .action((options: ViewOptions) =>
      runView(io, options, {
        kind: 'NextHops',
        view: nextHops,
        context: (scope) => scope,
        whenEmpty: (network, scope) => {
          requireKnown(network, scope);
          return 'no peer is configured';
        },
        format: (rows, looks) => formatTable(looks.wide ? [...columns, candidates] : columns, rows, looks),
      }),
    );
};
