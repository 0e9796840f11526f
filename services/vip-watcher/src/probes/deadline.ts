import type { Clock } from '@vipcast/runtime';

/** Milliseconds by which any timer may be late. */
const TOLERANCE = 5;

/**
 * Calls back after `ms` milliseconds unless the returned function is called first. When this process was stalled
 * meanwhile, the time it slept is given back once: its own silence is not the service's.
 */
export const deadline = (clock: Clock, ms: number, onExpire: () => void): (() => void) => {
  const due = clock.monotonic() + ms;
  let timer = setTimeout(() => {
    const late = clock.monotonic() - due;
    if (late <= TOLERANCE) onExpire();
    else timer = setTimeout(onExpire, Math.min(late, ms));
  }, ms);
  return () => clearTimeout(timer);
};
