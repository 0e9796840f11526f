import type { IpVersion } from '../kubernetes/service-address.ts';
import { type Intervals, includes, including, union, without } from './intervals.ts';
import { pointOf, pointOfText, textAt } from './number-line.ts';
import type { Pool } from './pool.ts';

type ByVersion = Readonly<Record<IpVersion, Intervals>>;

/** A pool, and what is left of it. */
export interface Plot {
  readonly pool: Pool;
  readonly all: ByVersion;
  readonly free: ByVersion;
}

/** The pools in the order in which they are tried. */
export type Territory = readonly Plot[];

const plotOf = (pool: Pool): Plot => {
  const of = (version: IpVersion): Intervals =>
    union(
      pool.ranges
        .filter(({ first }) => first.version === version)
        .map(({ first, last }) => ({ first: pointOf(first).value, last: pointOf(last).value })),
    );
  const all = { 4: of(4), 6: of(6) };
  return { pool, all, free: all };
};

/** Pools of which nothing has been given yet. */
export const territoryOf = (pools: readonly Pool[]): Territory => pools.map(plotOf);

/** The pool that has an address. */
export const poolWith = (territory: Territory, address: string): Pool | undefined => {
  const point = pointOfText(address);
  return point && territory.find(({ all }) => includes(all[point.version], point.value))?.pool;
};

const changed = (
  territory: Territory,
  address: string,
  change: (free: Intervals, value: bigint) => Intervals,
): Territory => {
  const point = pointOfText(address);
  if (point === undefined) return territory;
  const { version, value } = point;
  return territory.map((plot) =>
    includes(plot.all[version], value)
      ? { ...plot, free: { ...plot.free, [version]: change(plot.free[version], value) } }
      : plot,
  );
};

/** Without an address that somebody has now. */
export const taken = (territory: Territory, address: string): Territory =>
  changed(territory, address, without);

/** With an address that nobody has any more. */
export const vacated = (territory: Territory, address: string): Territory =>
  changed(territory, address, including);

/** The lowest address of a pool that nobody has. */
export const freeIn = ({ free }: Plot, version: IpVersion): string | undefined => {
  const lowest = free[version][0];
  return lowest && textAt(version, lowest.first);
};
