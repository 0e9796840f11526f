import { randomFillSync } from 'node:crypto';
import { uuidv7 } from '@vipcast/events';

/** Where time, randomness and ids come from. */
export interface Clock {
  /** Milliseconds since 1970, with fractions: for display and records. */
  wall(): number;
  /** Milliseconds that never jump: for every timer. */
  monotonic(): number;
  /** In [0, 1). */
  random(): number;
  /** A fresh UUIDv7. */
  uuid(): string;
}

const POOL = 4096;
const UUID_BYTES = 10;

/** The machine's own clock. */
export const createClock = (): Clock => {
  const pool = new Uint8Array(POOL);
  let used = POOL;
  const wall = (): number => performance.timeOrigin + performance.now();
  return {
    wall,
    monotonic: () => performance.now(),
    random: Math.random,
    uuid: () => {
      if (used + UUID_BYTES > POOL) {
        randomFillSync(pool);
        used = 0;
      }
      used += UUID_BYTES;
      return uuidv7(wall(), pool.subarray(used - UUID_BYTES, used));
    },
  };
};
