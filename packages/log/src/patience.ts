import { sqliteCode } from './journal-error.ts';

const BUSY = 5;
const LOCKED = 6;
const PROTOCOL = 15;

const bed = new Int32Array(new SharedArrayBuffer(4));
const nap = (ms: number): void => {
  Atomics.wait(bed, 0, 0, ms);
};

/**
 * Tries until the database is not busy, for up to 5 s. A commit of another writer takes some 30 µs, and SQLite's own
 * waiting sleeps for whole milliseconds, so the first naps here are as short as the kernel lets them be.
 * @throws SQLite's own error: busy after 5 s, any other at once
 */
export const patiently = <T>(attempt: () => T): T => {
  const started = performance.now();
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      const code = sqliteCode(error);
      const waited = performance.now() - started;
      if ((code !== BUSY && code !== LOCKED && code !== PROTOCOL) || waited > 5000) throw error;
      nap(waited < 3 ? 0.02 : 1);
    }
  }
};
