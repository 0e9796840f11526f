import type { Family } from '@vipcast/net';
import { byNames, byPrefix } from './order.ts';
import type { RouteRow } from './routes.ts';
import type { Changed } from './view.ts';

const ATTRIBUTES = [
  'nextHops',
  'origin',
  'asPath',
  'med',
  'localPref',
  'communities',
  'extendedCommunities',
  'largeCommunities',
] as const satisfies readonly (keyof RouteRow)[];

/** What a peer knows of a prefix. */
export type RouteState = Pick<RouteRow, (typeof ATTRIBUTES)[number]>;

/** How what one peer was told about one prefix differs between two moments. */
export interface RouteChange extends Changed {
  readonly change: 'added' | 'withdrawn' | 'changed';
  readonly node: string;
  readonly peer: string;
  readonly prefix: string;
  readonly family: Family;
  readonly vip: string | null;
  /** `null` when the peer was not told at that moment. */
  readonly before: RouteState | null;
  readonly after: RouteState | null;
  /** The names of the attributes that differ; none for a route that came or went. */
  readonly differs: readonly (keyof RouteState)[];
}

const keyOf = ({ node, peer, prefix }: RouteRow): string => JSON.stringify([node, peer, prefix]);

const told = (rows: readonly RouteRow[]): ReadonlyMap<string, RouteRow> =>
  new Map(rows.filter(({ refused }) => refused === null).map((row) => [keyOf(row), row]));

const stateOf = ({
  nextHops,
  origin,
  asPath,
  med,
  localPref,
  communities,
  extendedCommunities,
  largeCommunities,
}: RouteRow): RouteState => ({
  nextHops,
  origin,
  asPath,
  med,
  localPref,
  communities,
  extendedCommunities,
  largeCommunities,
});

const differences = (before: RouteRow, after: RouteRow): RouteChange['differs'] =>
  ATTRIBUTES.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));

const change = (before: RouteRow | undefined, after: RouteRow | undefined): readonly RouteChange[] => {
  const row = after ?? before;
  if (row === undefined) return [];
  const differs = before === undefined || after === undefined ? [] : differences(before, after);
  if (before !== undefined && after !== undefined && differs.length === 0) return [];
  const { node, peer, prefix, family, changedAt, position } = row;
  return [
    {
      change: before === undefined ? 'added' : after === undefined ? 'withdrawn' : 'changed',
      node,
      peer,
      prefix,
      family,
      vip: after?.vip ?? before?.vip ?? null,
      before: before === undefined ? null : stateOf(before),
      after: after === undefined ? null : stateOf(after),
      differs,
      changedAt,
      position,
    },
  ];
};

/**
 * Compares what peers were told at two moments: the rows of `routes` at each. A route that went and came back the same
 * in between is no difference. Where a route was withdrawn, `changedAt` and `position` are those of its announcement.
 */
export const diffRoutes = (
  before: readonly RouteRow[],
  after: readonly RouteRow[],
): readonly RouteChange[] => {
  const [was, is] = [told(before), told(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .flatMap((key) => change(was.get(key), is.get(key)))
    .sort(
      (a, b) =>
        byNames<RouteChange>(
          ({ node }) => node,
          ({ peer }) => peer,
        )(a, b) || byPrefix(a.prefix, b.prefix),
    );
};
