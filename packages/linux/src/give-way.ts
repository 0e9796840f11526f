import { libc } from './libc.ts';

/**
 * Lets whoever waits for this core go first, such as a thread that was just told of something. Returns at once where
 * nobody waits. Without it the kernel lets a thread finish its slice of some milliseconds before the one that it woke.
 */
export const giveWay = (): void => {
  libc().sched_yield();
};
