import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY = 2000;
const WORTHWHILE = 8 * 1024 * 1024;
/** Share of the time that the thread was busy. */
const QUIET = 0.02;

/**
 * - A new space that grows with a burst takes 64 MB and more: it stays as large as starting has made it.
 * - A thread that is started later begins with one of two megabytes, since its own does not grow either.
 * - An old space may hold a third of garbage, and not several times what lives.
 */
const SPARING = ['--semi-space-growth-factor=1', '--min-semi-space-size=2', '--heap-growing-percent=30'];

/**
 * Has V8 collect sooner rather than grow, in this thread and in all that are started later: a burst, such as the first
 * list of five thousand Services, then takes some 80 MB less at its peak. To be called before threads are started.
 */
export const growSparingly = (): void => {
  for (const flag of SPARING) setFlagsFromString(flag);
};

/**
 * Gives back what a burst left behind, such as a configuration of ten thousand VIPs: V8 keeps a grown heap for as long as
 * nothing else asks for memory, and a daemon mostly waits. Collects once the thread is quiet and the heap has grown by
 * enough to be worth some tens of milliseconds. To be called in each thread.
 * @param afterwards gives back what V8 has freed and the C library keeps
 */
export const collectWhenQuiet = (afterwards: () => void): void => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (how: { type: 'major'; flavor: 'last-resort' }) => void;
  let kept = 0;
  let before = performance.eventLoopUtilization();
  setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > QUIET || getHeapStatistics().total_heap_size < kept + WORTHWHILE) return;
    collect({ type: 'major', flavor: 'last-resort' });
    afterwards();
    kept = getHeapStatistics().total_heap_size;
  }, LOOK_EVERY).unref();
};
