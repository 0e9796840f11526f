import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const cores = availableParallelism();
const enough = cores > 1;

/** Words before a command that give it all cores, whatever core this process keeps to. */
export const ON_ALL_CORES: readonly string[] = enough ? ['taskset', '-c', `0-${cores - 1}`] : [];

/** Keeps this process, and what it starts without `ON_ALL_CORES`, on core 1, until the function returned is called. */
export const takeMeasuringCore = (): (() => void) => {
  if (!enough) return () => {};
  const pid = String(process.pid);
  const before = execFileSync('taskset', ['-p', pid], { encoding: 'utf8' }).trim().split(' ').at(-1)!;
  execFileSync('taskset', ['-a', '-p', '-c', '1', pid]);
  return () => void execFileSync('taskset', ['-a', '-p', before, pid]);
};

/** How it was done, for the reader of the figures. Speakers have threads, and would have the cores. */
export const placement = enough
  ? 'receivers and bench on core 1, speakers on all cores'
  : 'a single core for everything';
