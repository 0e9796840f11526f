import { type Running, spawn } from '../../interop/process.ts';
import { discard, scratch } from '../../interop/scratch.ts';
import { ON_ALL_CORES } from '../cores.ts';

/** A daemon's process and the folder its files live in. */
export interface Daemon extends AsyncDisposable {
  readonly running: Running;
  logs(): string;
}

/** A folder for a daemon's files. */
export const createFolder = (name: string): Promise<string> => scratch(`bench-${name}`);

/** Starts a daemon; disposing of it removes its folder. */
export const startDaemon = (
  folder: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Daemon => {
  const running = spawn(null, [...ON_ALL_CORES, ...argv], { cwd: folder, env });
  return {
    running,
    logs: () => running.stdout() + running.stderr(),
    [Symbol.asyncDispose]: async () => {
      running.signal('SIGKILL');
      await running.exited;
      await discard(folder);
    },
  };
};
