import { libc } from './libc.ts';

/**
 * Gives back to the system what the C library keeps of memory that was freed, in this and all other threads. Takes some
 * 20 ms after a large burst, in which allocations elsewhere wait. Does nothing where the C library has no `malloc_trim`.
 */
export const trimMemory = (): void => {
  libc().malloc_trim?.(0);
};
