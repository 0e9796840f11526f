import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Memory of a process in megabytes: all that is resident, and that with shared pages divided among their users. */
export interface Memory {
  readonly rss: number;
  readonly pss: number;
}

const INTERVAL = 250;
/** Five seconds: vipcast gives memory back once it has been quiet for two to four. */
const SAMPLES = 20;
const MOST_SAMPLES = 80;
const TOLERANCE = 0.01;

const readMemory = (pid: number): Memory => {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const megabytes = (name: string): number =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024) / 1e6;
  return { rss: megabytes('Rss'), pss: megabytes('Pss') };
};

const isStable = (samples: readonly Memory[]): boolean => {
  const latest = samples.slice(-SAMPLES).map(({ rss }) => rss);
  return (
    latest.length === SAMPLES && Math.max(...latest) - Math.min(...latest) < TOLERANCE * Math.max(...latest)
  );
};

/** The memory of a process once it no longer changes, or after 20 s. */
export const settledMemory = async (pid: number): Promise<Memory> => {
  const samples = [readMemory(pid)];
  while (!isStable(samples) && samples.length < MOST_SAMPLES) {
    await delay(INTERVAL);
    samples.push(readMemory(pid));
  }
  return samples.at(-1)!;
};
