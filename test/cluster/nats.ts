import { existsSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { type Running, spawn } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';

/** A nats-server under test, with a folder of its own; on a port of loopback that stays the same. */
export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly name: string;
  /** Signals it; with SIGKILL waits for its end. */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Starts it again on the same folder, or, with `fresh`, on an empty one. */
  restart(options?: { readonly fresh?: boolean }): Promise<void>;
  output(): string;
  /** Keeps a copy of what it has on disk now; `undo` then puts that back. It is killed for either. */
  save(): Promise<{ undo(): Promise<void> }>;
}

/** The releases that are tested. */
export const BINARIES = {
  '2.14': join(ROOT, '.cache', 'bin', 'nats-server'),
  '2.9': existsSync('/usr/sbin/nats-server') ? '/usr/sbin/nats-server' : '/usr/bin/nats-server',
} as const;

/** A release of nats-server. */
export type Release = keyof typeof BINARIES;

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

interface Member {
  readonly name: string;
  readonly port: number;
  readonly clusterPort: number;
}

const launch = async (
  release: Release,
  member: Member,
  routes: readonly number[],
  config?: string,
): Promise<NatsServer> => {
  const { name, port, clusterPort } = member;
  let folder = await scratch(`nats-${name}`);
  const configFile = join(folder, '..', `${basename(folder)}.conf`);
  if (config !== undefined) await writeFile(configFile, config);
  const argv = () => [
    BINARIES[release],
    ...['-a', '127.0.0.1', '-p', `${port}`, '-n', name, '-js', '-sd', folder],
    ...(config === undefined ? [] : ['-c', configFile]),
    ...(routes.length === 0
      ? []
      : [
          ...['--cluster_name', 'test', '--cluster', `nats://127.0.0.1:${clusterPort}`],
          ...['--routes', routes.map((each) => `nats://127.0.0.1:${each}`).join(',')],
        ]),
  ];
  let earlier = '';
  let running: Running = spawn(null, argv());
  const ready = (): Promise<unknown> =>
    until(() => running.stderr().includes('Server is ready'), {
      what: `nats-server ${name}`,
      explain: () => running.stderr(),
    });
  await ready();
  const start = async (): Promise<void> => {
    earlier += running.stderr();
    running = spawn(null, argv());
    await ready();
  };
  const kill = async (): Promise<void> => {
    running.signal('SIGKILL');
    await running.exited;
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    name,
    kill,
    freeze: () => running.signal('SIGSTOP'),
    thaw: () => running.signal('SIGCONT'),
    restart: async ({ fresh = false } = {}) => {
      await kill();
      if (fresh) {
        await discard(folder);
        folder = await scratch(`nats-${name}`);
      }
      await start();
    },
    output: () => earlier + running.stderr(),
    save: async () => {
      await kill();
      const copy = await scratch(`nats-${name}-copy`);
      await cp(folder, copy, { recursive: true });
      await start();
      return {
        undo: async () => {
          await kill();
          await discard(folder);
          folder = copy;
          await start();
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      await kill();
      await discard(folder);
      await discard(configFile);
    },
  };
};

/** Starts one server, with a configuration beside its flags if need be. */
export const startNats = async (release: Release, config?: string): Promise<NatsServer> =>
  launch(release, { name: 'alone', port: await freePort(), clusterPort: 0 }, [], config);

/** Starts three servers that form one cluster. */
export const startNatsCluster = async (release: Release): Promise<readonly NatsServer[]> => {
  const members: Member[] = [];
  for (const name of ['a', 'b', 'c'])
    members.push({ name, port: await freePort(), clusterPort: await freePort() });
  const routes = members.map(({ clusterPort }) => clusterPort);
  return Promise.all(members.map((member) => launch(release, member, routes)));
};
