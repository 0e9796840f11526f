import { type PeerRow, peers } from '@vipcast/views';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { requireKnown } from '../known.ts';
import { nonEmpty, type ViewOptions, withView } from '../options.ts';
import { type Column, formatTable } from '../table.ts';
import { formatDuration } from '../time.ts';
import { runView } from '../view-command.ts';

const isUp = ({ state }: PeerRow): boolean => state === 'Established';

/** Counts that are known stand one line a family; a session that is down needs one line only. */
const families =
  (cell: (family: PeerRow['families'][number]) => string | number | null) =>
  (row: PeerRow): readonly (string | number | null)[] =>
    isUp(row) ? row.families.map(cell) : [null];

const columns: readonly Column<PeerRow>[] = [
  { header: 'NODE', cell: ({ node }) => node },
  { header: 'PEER', cell: ({ peer }) => peer },
  { header: 'LOCAL AS', cell: ({ localASN }) => localASN, right: true },
  { header: 'PEER AS', cell: ({ peerASN }) => peerASN, right: true },
  { header: 'ADDRESS', cell: ({ address }) => address },
  { header: 'STATE', cell: ({ state }) => state, tone: (row) => (isUp(row) ? 'good' : 'bad') },
  {
    header: 'UP/DOWN',
    cell: ({ since }, now) => (since === null ? 'never' : formatDuration(now - since)),
    right: true,
  },
  { header: 'FAMILY', cell: families(({ family }) => family) },
  { header: 'RCVD', cell: families(({ received }) => received), right: true },
  { header: 'ADV', cell: families(({ advertised }) => advertised), right: true },
  { header: 'FLAPS', cell: ({ flaps }) => flaps, right: true },
];

const lastError: Column<PeerRow> = {
  header: 'LAST ERROR',
  cell: ({ lastError, lastErrorAt }, now) =>
    lastError === null ? null : `${lastError} (${formatDuration(now - (lastErrorAt ?? now))} ago)`,
};

const wide: readonly Column<PeerRow>[] = [
  { header: 'ROUTER ID', cell: ({ localRouterID }) => localRouterID },
  { header: 'PEER ROUTER ID', cell: ({ peerRouterID }) => peerRouterID },
  { header: 'HOLD', cell: ({ holdTime }) => (holdTime === null ? null : `${holdTime}s`), right: true },
  { header: 'CONNECTION', cell: ({ connection }) => connection },
  { header: 'CAPABILITIES', cell: ({ capabilities }) => capabilities.join(',') },
  { header: 'HOST NAME', cell: ({ hostName }) => hostName },
];

/** `vipcast peers [NAME]`. */
export const addPeers = (program: Command, io: Io): void => {
  withView(program.command('peers'))
    .description('sessions: with whom, in what state, since when, and what went wrong last')
    .argument('[name]', 'this peer only', nonEmpty)
    .action((name: string | undefined, options: ViewOptions) =>
      runView(
        io,
        { ...options, ...(name === undefined ? {} : { peer: name }) },
        {
          kind: 'Peers',
          view: peers,
          context: (scope) => scope,
          whenEmpty: (network, scope) => {
            requireKnown(network, scope);
            return 'no peer is configured';
          },
          format: (rows, looks) =>
            formatTable([...columns, ...(looks.wide ? wide : []), lastError], rows, looks),
        },
      ),
    );
};
