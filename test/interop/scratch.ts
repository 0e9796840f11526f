import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OWNER = /^vipcast-harness-(\d+)-/;

/** True when no process has this pid. */
export const isDead = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
};

/** A new temporary folder that carries our pid. */
export const scratch = (label: string): Promise<string> =>
  mkdtemp(join(tmpdir(), `vipcast-harness-${process.pid}-${label}-`));

/** Removes a folder and all that is in it. */
export const discard = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

/** Removes the folders of test processes that died before they could. */
export const sweepScratch = async (): Promise<void> => {
  for (const name of await readdir(tmpdir())) {
    const pid = OWNER.exec(name)?.[1];
    if (pid !== undefined && isDead(Number(pid))) await discard(join(tmpdir(), name));
  }
};
