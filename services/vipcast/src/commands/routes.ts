import { contains, parseAddress, parsePrefix } from '@vipcast/net';
import { hostRoute, type RouteRow, routes } from '@vipcast/views';
import type { Command } from 'commander';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { requireKnown } from '../known.ts';
import { nonEmpty, type ViewOptions, withView } from '../options.ts';
import { type Column, formatTable } from '../table.ts';
import { formatTime } from '../time.ts';
import { runView } from '../view-command.ts';

const columns: readonly Column<RouteRow>[] = [
  { header: 'NODE', cell: ({ node }) => node },
  { header: 'PEER', cell: ({ peer }) => peer },
  { header: 'PREFIX', cell: ({ prefix }) => prefix },
  { header: 'NEXT HOP', cell: ({ nextHops }) => nextHops.join(' ') },
  { header: 'AS PATH', cell: ({ asPath }) => asPath.join(' ') },
  { header: 'MED', cell: ({ med }) => med, right: true },
  { header: 'LOCAL PREF', cell: ({ localPref }) => localPref, right: true },
  {
    header: 'COMMUNITIES',
    cell: ({ communities, largeCommunities, extendedCommunities }) =>
      [...communities, ...largeCommunities, ...extendedCommunities].join(' '),
  },
];

const wide: readonly Column<RouteRow>[] = [
  { header: 'ORIGIN', cell: ({ origin }) => origin },
  { header: 'VIP', cell: ({ vip }) => vip },
  { header: 'SINCE', cell: ({ since }) => formatTime(since) },
  {
    header: 'REFUSED',
    cell: ({ refused }) => (refused === null ? null : `${refused.reason}: ${refused.detail}`),
    tone: () => 'bad',
  },
];

/**
 * Reads the prefix or address that routes are asked for.
 * @returns whether a prefix lies in it
 * @throws Failure when it is neither
 */
const within = (text: string): ((prefix: string) => boolean) => {
  const meant = parsePrefix(parseAddress(text) === undefined ? text : hostRoute(text));
  if (meant === undefined)
    throw new Failure('E_ADDRESS', `${JSON.stringify(text)} is no address and no prefix`, { likely: '' });
  return (prefix) => {
    const other = parsePrefix(prefix);
    return other !== undefined && other.length >= meant.length && contains(meant, other);
  };
};

/** `vipcast routes [PREFIX]`. */
export const addRoutes = (program: Command, io: Io): void => {
  withView(program.command('routes'))
    .description('what each peer was told; with -o wide also what it was not told, and why')
    .argument('[prefix]', 'this address or prefix, and what lies in it', nonEmpty)
    .action((prefix: string | undefined, options: ViewOptions) => {
      const meant = prefix === undefined ? {} : { isMeant: within(prefix) };
      const toPeople = options.output === 'table';
      return runView(io, options, {
        kind: 'Routes',
        view: routes,
        context: (scope) => ({ ...scope, ...meant }),
        matches: ({ refused }) => !(toPeople && refused !== null),
        whenEmpty: (network, scope) => {
          requireKnown(network, scope);
          if (prefix === undefined) return 'no peer was told anything';
          throw new Failure('E_NOT_FOUND', `no peer was told ${prefix}`, { next: `vipcast why ${prefix}` });
        },
        format: (rows, looks) => formatTable(looks.wide ? [...columns, ...wide] : columns, rows, looks),
      });
    });
};
