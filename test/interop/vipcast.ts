import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NODE, ROOT } from './node-binary.ts';
import { exec, type Outcome, type Running, spawn, stop } from './process.ts';
import { discard, scratch } from './scratch.ts';

/** A vipcast daemon under test, with a folder of its own. */
export interface Vipcast extends AsyncDisposable {
  readonly folder: string;
  readonly configFile: string;
  readonly journal: string;
  /** Everything written so far, by this and earlier starts. */
  stdout(): string;
  stderr(): string;
  alive(): boolean;
  pid(): number;
  /** Replaces the configuration file; the daemon notices by itself. */
  configure(yaml: string): Promise<void>;
  /** Runs another verb of the command against this daemon's journal. */
  cli(...args: readonly string[]): Promise<Outcome>;
  /** Signals it and waits for its end. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it as an operator would: SIGTERM. */
  stop(): Promise<void>;
  /** Starts it again on the same configuration and journal, killing it first if need be. */
  restart(): Promise<void>;
}

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');

/** Adds `log.journal` to a configuration in block style, under its `log:` if it has one. */
const withJournal = (yaml: string, journal: string): string =>
  /^log:\s*$/m.test(yaml)
    ? yaml.replace(/^log:\s*$/m, `log:\n  journal: ${journal}`)
    : `${yaml.trimEnd()}\nlog:\n  journal: ${journal}\n`;

/**
 * Starts `vipcast up` in a network namespace or, with null, in ours. It returns as soon as the process runs: poll for
 * what the test waits for. The configuration says nothing of the journal.
 */
export const startVipcast = async (namespace: string | null, yaml: string): Promise<Vipcast> => {
  const folder = await scratch('vipcast');
  const configFile = join(folder, 'vipcast.yaml');
  const journal = join(folder, 'journal.db');
  const earlier = { stdout: '', stderr: '' };
  const configure = (text: string): Promise<void> => writeFile(configFile, withJournal(text, journal));
  const start = (): Running => spawn(namespace, [NODE, MAIN, 'up', '-c', configFile], { cwd: folder });
  await configure(yaml);
  let running = start();
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    running.signal(signal);
    await running.exited;
  };
  return {
    folder,
    configFile,
    journal,
    stdout: () => earlier.stdout + running.stdout(),
    stderr: () => earlier.stderr + running.stderr(),
    alive: () => running.alive(),
    pid: () => running.pid,
    configure,
    cli: (...args) => exec(namespace, [NODE, MAIN, ...args, '--journal', journal], { cwd: folder }),
    kill,
    stop: () => stop(running),
    restart: async () => {
      await kill();
      earlier.stdout += running.stdout();
      earlier.stderr += running.stderr();
      running = start();
    },
    [Symbol.asyncDispose]: async () => {
      await kill();
      await discard(folder);
    },
  };
};
