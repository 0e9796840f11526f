import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Family } from '@vipcast/net';
import type { Host } from '../namespace.ts';
import { until } from '../poll.ts';
import { type Running, run, spawn, stop } from '../process.ts';
import { discard, scratch } from '../scratch.ts';
import type { Neighbor, ReceivedRoute, Router, RouterConfig, RouterSession } from './router.ts';

/** Where a router's parts run: the host, its configuration and the folder all of its files live in. */
export interface Place {
  readonly host: Host;
  readonly config: RouterConfig;
  readonly folder: string;
  cli(...words: readonly string[]): Promise<string>;
  logs(): string;
}

/** What differs from router to router. */
export interface Daemon {
  readonly name: string;
  /** A shell script that ends in `exec`; runs in `folder`, with a `/run` of its own. */
  script(place: Place): string;
  /** Files by name, with their content. */
  files(place: Place): Readonly<Record<string, string>>;
  cli(place: Place, words: readonly string[]): Promise<string>;
  /** Throws, or is false, until the router answers. */
  ready(place: Place): Promise<boolean>;
  /** What the configuration file cannot say. */
  afterStart?(place: Place): Promise<void>;
  routes(place: Place, family: Family, neighbor: Neighbor): Promise<readonly ReceivedRoute[]>;
  session(place: Place, neighbor: Neighbor): Promise<RouterSession>;
  requestRefresh(place: Place, neighbor: Neighbor): Promise<void>;
  endsOfRib(place: Place, neighbor: Neighbor): Promise<number>;
  reset(place: Place, neighbor: Neighbor): Promise<void>;
}

/** Runs a router's own client; it must succeed. */
export const ask = (host: Host | null, argv: readonly string[]): Promise<string> =>
  run(host?.namespace ?? null, argv);

// `ip netns exec` gives the process a mount namespace of its own, so neither the sockets and pid files of the system's
// own routers nor those of a neighbour in the test can be touched.
const PRIVATE_RUN = 'mount -t tmpfs -o mode=755 tmpfs /run';

/** Starts a daemon on a host: writes its files, waits until it answers, and gives it the face of a `Router`. */
export const startDaemon = async (daemon: Daemon, host: Host, config: RouterConfig): Promise<Router> => {
  const folder = await scratch(daemon.name);
  let running: Running | undefined;
  let history = '';
  const logs = (): string => `${history}${running?.stdout() ?? ''}${running?.stderr() ?? ''}`;
  const place: Place = {
    host,
    config,
    folder,
    logs: () => `${running?.stdout() ?? ''}${running?.stderr() ?? ''}`,
    cli: (...words) => daemon.cli(place, words),
  };
  const neighborAt = (address?: string): Neighbor => {
    const found = config.neighbors.find((each) => address === undefined || each.address === address);
    if (found === undefined) throw new Error(`${daemon.name} has no neighbor ${address}`);
    return found;
  };
  const start = async (): Promise<void> => {
    history = logs();
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(daemon.files(place))) {
      await writeFile(join(folder, name), text, { mode: name.endsWith('.sh') ? 0o755 : 0o600 });
    }
    const script = `set -e; ${PRIVATE_RUN}\n${daemon.script(place)}`;
    const started = spawn(host.namespace, ['sh', '-c', script], { cwd: folder });
    running = started;
    await until(
      () => {
        if (!started.alive()) return false;
        return daemon.ready(place);
      },
      { what: `${daemon.name} to answer`, timeout: 20_000, explain: logs },
    );
    await daemon.afterStart?.(place);
  };
  const kill = async (): Promise<void> => {
    running?.signal('SIGKILL');
    await running?.exited;
  };
  await start();
  return {
    name: daemon.name,
    host,
    config,
    routes: (family, address) => daemon.routes(place, family, neighborAt(address)),
    session: (address) => daemon.session(place, neighborAt(address)),
    requestRefresh: (address) => daemon.requestRefresh(place, neighborAt(address)),
    endsOfRib: (address) => daemon.endsOfRib(place, neighborAt(address)),
    reset: (address) => daemon.reset(place, neighborAt(address)),
    cli: place.cli,
    kill,
    stop: async () => {
      if (running !== undefined) await stop(running);
    },
    restart: async () => {
      await kill();
      await start();
    },
    logs,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await discard(folder);
    },
  };
};
