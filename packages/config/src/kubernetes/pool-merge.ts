import { formatRange, rangesMeet } from './address-range.ts';
import { accepted, refused } from './condition.ts';
import type { PoolResource } from './resource.ts';
import type { Verdict } from './verdict.ts';

/** Takes in one VIPPool after the other; addresses that an older one has are refused with the pool. */
export const createPoolRegister = () => {
  const pools: PoolResource[] = [];
  return (pool: PoolResource): Verdict => {
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
};
