import { join } from 'node:path';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { spawn } from '../interop/process.ts';
import type { Vipcast } from '../interop/vipcast.ts';
import type { LoggedFact } from './log-of.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');

/** A command that goes on printing a line of JSON whenever there is something new. */
export interface Following<T> extends AsyncDisposable {
  all(): readonly T[];
  last(): T | undefined;
}

const follow = <T>({ journal }: Pick<Vipcast, 'journal'>, ...args: readonly string[]): Following<T> => {
  const running = spawn(null, [NODE, MAIN, ...args, '-o', 'json', '--journal', journal]);
  const lines = (): readonly string[] => running.stdout().split('\n').slice(0, -1);
  const parse = (line: string): T => JSON.parse(line) as T;
  return {
    all: () => lines().map(parse),
    last: () => lines().slice(-1).map(parse)[0],
    [Symbol.asyncDispose]: async () => {
      running.signal('SIGKILL');
      await running.exited;
    },
  };
};

/** Follows the log of a daemon: one process instead of one for each look. */
export const followLog = (vipcast: Pick<Vipcast, 'journal'>): Following<LoggedFact> =>
  follow(vipcast, 'log', '-f');

/** Follows what `vipcast peers` says. */
export const followPeers = <Peer>(
  vipcast: Pick<Vipcast, 'journal'>,
): Following<{ readonly items: readonly Peer[] }> => follow(vipcast, 'peers', '-w');
