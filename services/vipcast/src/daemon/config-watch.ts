import { statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

const SETTLE_TIME = 100;

/** Tells a file from what it was or what stood in its place, through symbolic links; or says why there is none. */
export const identityOf = (file: string): string => {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
};

/**
 * Calls back when the file has changed. The folder is watched and not the file: editors rename over it, and
 * Kubernetes swaps a symbolic link beside it. What happens to other files there is nothing: the journal may be one of
 * them. Waits until the file has been quiet for a moment, so that one being written is not read half-way.
 * @param seen its identity from before it was last read: a change in between counts
 */
export const watchConfigFile = (file: string, seen: string, onChange: () => void): { stop(): void } => {
  let settle: NodeJS.Timeout | undefined;
  const look = (): void => {
    const identity = identityOf(file);
    if (identity === seen) return;
    seen = identity;
    clearTimeout(settle);
    settle = setTimeout(onChange, SETTLE_TIME);
  };
  const watcher = watch(dirname(file), look);
  look();
  return {
    stop: () => {
      clearTimeout(settle);
      watcher.close();
    },
  };
};
