import { diffRoutes, type Network, type RouteChange, type RouteState, routes } from '@vipcast/views';
import type { Command } from 'commander';
import { withArchive } from '../archive.ts';
import { documentFormat, documentMoment, documentOf } from '../document.ts';
import { EXIT } from '../exit-code.ts';
import type { Folded } from '../fold.ts';
import type { Io } from '../io.ts';
import { requireKnown } from '../known.ts';
import { type Format, type ScopeOptions, withOutput, withScope } from '../options.ts';
import { painter } from '../paint.ts';
import { type Column, formatTable } from '../table.ts';
import { formatTime } from '../time.ts';
import { readPast } from '../window.ts';

interface DiffOptions extends ScopeOptions {
  readonly from: string;
  readonly to: string;
  readonly output: Format;
}

const TONES = { added: 'good', withdrawn: 'bad', changed: 'plain' } as const;

const shown = (state: RouteState | null, name: keyof RouteState): string => {
  const value = state?.[name] ?? null;
  return (Array.isArray(value) ? value.join(' ') : String(value ?? '')) || 'none';
};

/** The attributes in the words of people. */
const WORDS: Readonly<Record<keyof RouteState, string>> = {
  nextHops: 'next hop',
  origin: 'origin',
  asPath: 'AS path',
  med: 'MED',
  localPref: 'local pref',
  communities: 'communities',
  extendedCommunities: 'extended communities',
  largeCommunities: 'large communities',
};

const what = ({ before, after, differs }: RouteChange): readonly string[] =>
  differs.length === 0
    ? [`next hop ${shown(after ?? before, 'nextHops')}`]
    : differs.map((name) => `${WORDS[name]} ${shown(before, name)} to ${shown(after, name)}`);

const columns: readonly Column<RouteChange>[] = [
  { header: 'CHANGE', cell: ({ change }) => change, tone: ({ change }) => TONES[change] },
  { header: 'NODE', cell: ({ node }) => node },
  { header: 'PEER', cell: ({ peer }) => peer },
  { header: 'PREFIX', cell: ({ prefix }) => prefix },
  { header: 'WHAT', cell: what },
];

const moment = ({ asOf }: Folded<Network>): string => `${formatTime(asOf.time)} (seq ${asOf.seq})`;

const diff = async (io: Io, options: DiffOptions): Promise<void> => {
  const now = io.clock.wall();
  const moments = [readPast('--from', options.from, now), readPast('--to', options.to, now)] as const;
  const format = await documentFormat(options.output);
  await withArchive(io, options, (archive) => {
    // Each from the log itself: the second is not always the first with more facts on top.
    const [from, to] = [archive.fold(routes, now, moments[0]), archive.fold(routes, now, moments[1])];
    const scope = { now, node: options.node, peer: options.peer };
    const rowsOf = ({ state, asOf }: Folded<Network>) =>
      routes.answer(state, { ...scope, gone: archive.gone(asOf.time) });
    const changes = diffRoutes(rowsOf(from), rowsOf(to));
    if (changes.length === 0) requireKnown(to.state, scope);
    if (format !== undefined)
      io.stdout.write(format(documentOf('Diff', to.asOf, changes, { from: documentMoment(from.asOf) })));
    else if (changes.length > 0)
      io.stdout.write(
        `FROM ${moment(from)} TO ${moment(to)}\n${formatTable(columns, changes, { now, paint: painter(io), width: io.stdout.columns })}`,
      );
    else io.stderr.write(`no route differs between ${moment(from)} and ${moment(to)}\n`);
    io.finish(changes.length === 0 ? EXIT.fine : EXIT.negative);
  });
};

/** `vipcast diff --from T --to T`. */
export const addDiff = (program: Command, io: Io): void => {
  withOutput(withScope(program.command('diff')))
    .description('routes added, withdrawn and changed between two moments; exit 1 if there are any')
    .requiredOption('--from <time>', 'the one moment: -15m, 2026-11-23T09:41:07Z, seq:48211')
    .option('--to <time>', 'the other moment', 'now')
    .action((options: DiffOptions) => diff(io, options));
};
