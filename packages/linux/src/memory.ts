import { libc } from './libc.ts';

/** glibc's M_ARENA_MAX. */
const ARENA_MAX = -8;

/**
 * Has threads that are started from now on share one arena of the C library. Each would have one of its own, and each
 * keeps what was freed in it: some 10 MB after a large burst. Does nothing where the C library has no `mallopt`.
 */
export const shareArena = (): void => {
  libc().mallopt?.(ARENA_MAX, 1);
};

/**
 * Gives back to the system what the C library keeps of memory that was freed, in this and all other threads. Takes some
 * 20 ms after a large burst, in which allocations elsewhere wait. Does nothing where the C library has no `malloc_trim`.
 */
export const trimMemory = (): void => {
  libc().malloc_trim?.(0);
};
