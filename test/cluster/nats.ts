import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import type { Host } from '../interop/namespace.ts';
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

const handedOut = new Set<number>();

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** A port that was free a moment ago, below those that the kernel gives to whoever dials. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    return port;
  }
};

interface Member {
  readonly name: string;
  readonly port: number;
  readonly clusterPort: number;
  /** A network namespace, and its address there. */
  readonly host?: Pick<Host, 'namespace' | 'ipv4'>;
}

const addressOf = ({ host }: Member): string => host?.ipv4 ?? '127.0.0.1';

const launch = async (
  release: Release,
  member: Member,
  routes: readonly string[],
  config?: string,
): Promise<NatsServer> => {
  const { name, port, clusterPort } = member;
  let folder = await scratch(`nats-${name}`);
  const configFile = join(folder, '..', `${basename(folder)}.conf`);
  if (config !== undefined) await writeFile(configFile, config);
  const argv = () => [
    BINARIES[release],
    ...['-a', addressOf(member), '-p', `${port}`, '-n', name, '-js', '-sd', folder],
    ...(config === undefined ? [] : ['-c', configFile]),
    ...(routes.length === 0
      ? []
      : [
          ...['--cluster_name', 'test', '--cluster', `nats://${addressOf(member)}:${clusterPort}`],
          ...['--routes', routes.map((each) => `nats://${each}`).join(',')],
        ]),
  ];
  let earlier = '';
  const namespace = member.host?.namespace ?? null;
  let running: Running = spawn(namespace, argv());
  const ready = (): Promise<unknown> =>
    until(() => running.stderr().includes('Server is ready'), {
      what: `nats-server ${name}`,
      explain: () => running.stderr(),
    });
  await ready();
  const start = async (): Promise<void> => {
    earlier += running.stderr();
    running = spawn(namespace, argv());
    await ready();
  };
  const kill = async (): Promise<void> => {
    running.signal('SIGKILL');
    await running.exited;
  };
  return {
    url: `nats://${addressOf(member)}:${port}`,
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

/** Starts one server, with a configuration beside its flags if need be; on a host of a test network if one is given. */
export const startNats = async (release: Release, config?: string, host?: Host): Promise<NatsServer> => {
  const member = { name: 'alone', port: await freePort(), clusterPort: 0, ...(host ? { host } : {}) };
  return launch(release, member, [], config);
};

/** Starts three servers that form one cluster, each on a host of its own if hosts are given. */
export const startNatsCluster = async (
  release: Release,
  hosts: readonly Host[] = [],
): Promise<readonly NatsServer[]> => {
  const members: Member[] = [];
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    const host = hosts[i];
    members.push({ name, port: await freePort(), clusterPort: await freePort(), ...(host ? { host } : {}) });
  }
  const routes = members.map((member) => `${addressOf(member)}:${member.clusterPort}`);
  return Promise.all(members.map((member) => launch(release, member, routes)));
};
