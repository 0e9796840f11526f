import type { PoolConfig } from '../config.ts';
import { formatRange, rangesMeet } from './address-range.ts';
import { accepted, refused } from './condition.ts';
import type { PoolResource } from './resource.ts';
import type { Verdict } from './verdict.ts';

interface Ranked {
  readonly name: string;
  readonly priority: number;
}

/** Highest priority first, then by name. */
export const byPriority = (a: Ranked, b: Ranked): number =>
  b.priority - a.priority || (a.name < b.name ? -1 : 1);

const poolConfig = ({ kind: _, generation: __, createdAt: ___, ...pool }: PoolResource): PoolConfig => pool;

/** Takes in one VIPPool after the other; addresses that an older one has are refused with the pool. */
export const createPoolRegister = () => {
  const pools: PoolResource[] = [];
  const add = (pool: PoolResource): Verdict => {
    for (const older of pools)
      for (const range of pool.addresses)
        if (older.addresses.some((other) => rangesMeet(range, other)))
          return {
            condition: refused(
              pool,
              'Overlaps',
              `${formatRange(range)} has addresses of VIPPool ${older.name}, which stays`,
            ),
            problems: [],
          };
    pools.push(pool);
    return { condition: accepted(pool), problems: [] };
  };
  return { add, added: () => [...pools].sort(byPriority).map(poolConfig) };
};
