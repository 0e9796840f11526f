import { type VipRow, vips } from '@vipcast/views';
import type { Command } from 'commander';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { requireKnown } from '../known.ts';
import { nonEmpty, type ViewOptions, withView } from '../options.ts';
import { type Column, formatTable } from '../table.ts';
import { formatTime } from '../time.ts';
import { runView } from '../view-command.ts';

const columns: readonly Column<VipRow>[] = [
  { header: 'NODE', cell: ({ node }) => node },
  { header: 'VIP', cell: ({ vip }) => vip },
  { header: 'ADDRESSES', cell: ({ addresses }) => addresses },
  { header: 'SOURCE', cell: ({ source }) => source },
  {
    header: 'STATE',
    cell: ({ state }) => state,
    tone: ({ state }) => (state === 'advertised' ? 'good' : 'bad'),
  },
  { header: 'REASON', cell: ({ reason }) => reason },
  { header: 'SINCE', cell: ({ since }) => formatTime(since) },
  { header: 'PEERS', cell: ({ told, peers }) => `${told.length}/${peers.length}`, right: true },
];

const wide: readonly Column<VipRow>[] = [
  { header: 'OBJECT', cell: ({ object }) => object },
  { header: 'TOLD', cell: ({ told }) => told.join(',') },
  { header: 'BECAUSE', cell: ({ because }) => because },
];

/** `vipcast vips [NAME]`. */
export const addVips = (program: Command, io: Io): void => {
  withView(program.command('vips'))
    .description('VIPs: where from, advertised or withheld and why, and how many peers know')
    .argument('[name]', 'the VIP of this name or address only', nonEmpty)
    .action((name: string | undefined, options: ViewOptions) =>
      runView(io, options, {
        kind: 'Vips',
        view: vips,
        context: (scope) => scope,
        matches: ({ vip, addresses }) => name === undefined || vip === name || addresses.includes(name),
        whenEmpty: (network, scope) => {
          requireKnown(network, scope);
          if (name === undefined) return 'there is no VIP';
          throw new Failure('E_NOT_FOUND', `no VIP is called ${name} or has that address`, {
            next: 'vipcast vips',
          });
        },
        format: (rows, looks) => formatTable(looks.wide ? [...columns, ...wide] : columns, rows, looks),
      }),
    );
};
