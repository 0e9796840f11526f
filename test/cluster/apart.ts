import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { exec, type Outcome, type Running, spawn } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';

/** The services that run apart. */
export const SERVICES = ['vip-watcher', 'next-hop-resolver', 'speaker'] as const;

/** One of them. */
export type Service = (typeof SERVICES)[number];

/** A node whose services are three processes, each with a journal of its own. */
export interface ApartNode extends AsyncDisposable {
  /** Asks one of the journals. */
  cli(service: Service, ...args: readonly string[]): Promise<Outcome>;
  /** Runs another command with the node's configuration. */
  command(...args: readonly string[]): Promise<Outcome>;
  /** SIGKILL to one process. */
  kill(service: Service): Promise<void>;
  stop(service: Service): Promise<void>;
  start(service: Service): void;
  alive(service: Service): boolean;
  configure(yaml: string): Promise<void>;
  stderr(): string;
}

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');

/**
 * Starts the three in a network namespace or, with null, in ours. The configuration ends in its `log:`, and says nothing
 * of the journal.
 */
export const startApart = async (namespace: string | null, yaml: string): Promise<ApartNode> => {
  const folder = await scratch('apart');
  const file = join(folder, 'vipcast.yaml');
  const journal = join(folder, 'journal.db');
  const running = new Map<Service, Running>();
  const said: string[] = [];
  const journalOf = (service: Service): string =>
    service === 'vip-watcher' ? journal : `${journal}.${service}`;
  const configure = (text: string): Promise<void> => writeFile(file, `${text}  journal: ${journal}\n`);
  const run = (...args: readonly string[]): Promise<Outcome> =>
    exec(namespace, [NODE, MAIN, ...args], { cwd: folder });
  const start = (service: Service): void => {
    said.push(running.get(service)?.stderr() ?? '');
    running.set(service, spawn(namespace, [NODE, MAIN, 'run', service, '-c', file], { cwd: folder }));
  };
  const end = async (service: Service, signal: NodeJS.Signals): Promise<void> => {
    running.get(service)?.signal(signal);
    await running.get(service)?.exited;
  };
  await configure(yaml);
  for (const service of SERVICES) start(service);
  return {
    cli: (service, ...args) => run(...args, '--journal', journalOf(service)),
    command: (...args) => run(...args, '-c', file),
    kill: (service) => end(service, 'SIGKILL'),
    stop: (service) => end(service, 'SIGTERM'),
    start,
    alive: (service) => running.get(service)?.alive() ?? false,
    configure,
    stderr: () => said.join('') + [...running.values()].map((each) => each.stderr()).join(''),
    [Symbol.asyncDispose]: async () => {
      for (const service of SERVICES) await end(service, 'SIGKILL');
      await discard(folder);
    },
  };
};
