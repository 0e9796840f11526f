import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection, nkeyAuthenticator, nkeys } from 'nats';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { type Running, run, spawn } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { BINARIES, freePort } from './nats.ts';

/** One of the servers, in the folder that `make.ts` wrote for it. */
export interface SecuredServer {
  readonly name: string;
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  freeze(): void;
  thaw(): void;
  output(): string;
  /** Reads its configuration again. */
  reload(): void;
}

/** Three servers on the configuration in deploy/nats, with keys of their own. */
export interface Secured extends AsyncDisposable {
  readonly folder: string;
  readonly servers: readonly SecuredServer[];
  readonly urls: readonly string[];
  readonly ca: string;
  /** The file with the key of a node, of `reader`, of the operator `alice`, of `admin` or of `system`. */
  keyOf(name: string): string;
  /** Runs the script again, with these flags more, and lets the servers read what it made. */
  make(...flags: readonly string[]): Promise<void>;
  /** Connects with that key. */
  connect(name: string): Promise<NatsConnection>;
}

const DEPLOY = join(ROOT, 'deploy', 'nats');
const NAMES = ['a', 'b', 'c'] as const;

/** Runs the script that makes keys, certificates and configuration, for cluster `test`. */
export const runMake = async (folder: string, ...flags: readonly string[]): Promise<void> => {
  await run(null, [NODE, join(DEPLOY, 'make.ts'), `--out=${folder}`, '--cluster=test', ...flags]);
};

const startServer = (folder: string, name: string, port: number): SecuredServer => {
  const argv = [BINARIES['2.14'], '-c', 'nats-server.conf'];
  let earlier = '';
  let running: Running | undefined;
  return {
    name,
    url: `tls://127.0.0.1:${port}`,
    start: async () => {
      earlier += running?.stderr() ?? '';
      const started = spawn(null, argv, { cwd: folder });
      running = started;
      await until(() => started.stderr().includes('Server is ready'), {
        what: `nats-server ${name}`,
        explain: started.stderr,
      });
    },
    kill: async () => {
      running?.signal('SIGKILL');
      await running?.exited;
    },
    freeze: () => running?.signal('SIGSTOP'),
    thaw: () => running?.signal('SIGCONT'),
    reload: () => running?.signal('SIGHUP'),
    output: () => earlier + (running?.stderr() ?? ''),
  };
};

/**
 * Makes keys and certificates as a user would, starts the servers and makes the streams of cluster `test`.
 * @param nodes who gets a key
 */
export const startSecured = async (...nodes: readonly string[]): Promise<Secured> => {
  const folder = await scratch('secured');
  const ports: number[] = [];
  for (const _ of [...NAMES, ...NAMES]) ports.push(await freePort());
  const places = NAMES.map((name, i) => `${name}=127.0.0.1:${ports[i]}:${ports[i + 3]}`);
  const flags = [...places.map((each) => `--server=${each}`), ...['--operator=alice', '--store=store']];
  const make = async (...more: readonly string[]): Promise<void> => {
    await runMake(folder, ...flags, ...more);
  };
  await make(...nodes.map((node) => `--node=${node}`));
  const servers = NAMES.map((name, i) => startServer(join(folder, 'servers', name), name, ports[i]!));
  const urls = servers.map(({ url }) => url);
  const ca = join(folder, 'ca.pem');
  const folders: Readonly<Record<string, string>> = {
    reader: 'readers',
    alice: 'operators',
    admin: '',
    system: '',
  };
  const keyOf = (name: string): string => join(folder, 'keys', folders[name] ?? 'nodes', `${name}.nkey`);
  const dispose = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.kill()));
    await discard(folder);
  };
  try {
    await Promise.all(servers.map((server) => server.start()));
    const admin = ['--cluster=test', `--nats=${urls[0]}`, `--ca=${ca}`, `--credentials=${keyOf('admin')}`];
    await until(() => run(null, [NODE, join(DEPLOY, 'streams.ts'), ...admin]), {
      what: 'the streams',
      timeout: 30_000,
      interval: 500,
      explain: () => servers.map((server) => server.output()).join('\n'),
    });
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    folder,
    servers,
    urls,
    ca,
    keyOf,
    make: async (...more) => {
      await make(...more);
      for (const server of servers) server.reload();
    },
    connect: async (name) => {
      const seed = Buffer.from((await readFile(keyOf(name), 'utf8')).trim());
      const inboxPrefix = `_INBOX.${nkeys.fromSeed(seed).getPublicKey()}`;
      return connect({
        // The client library knows no server by its address.
        servers: [...urls],
        tls: { caFile: ca, ...{ checkServerIdentity: () => undefined } },
        authenticator: nkeyAuthenticator(seed),
        inboxPrefix,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 200,
      });
    },
    [Symbol.asyncDispose]: dispose,
  };
};

/** What the streams hold and how they are set up: what no attack may change. */
export const streamsOf = async (nc: NatsConnection): Promise<unknown> => {
  const jsm = await jetstreamManager(nc, { checkAPI: false });
  const infos = await Promise.all(
    ['vipcast-test', 'vipcast-lease-test'].map((name) => jsm.streams.info(name)),
  );
  return infos.map(({ config, created, state: { first_seq, num_deleted } }) => ({
    config,
    created,
    ...(config.name === 'vipcast-test' ? { first_seq, num_deleted } : {}),
  }));
};
