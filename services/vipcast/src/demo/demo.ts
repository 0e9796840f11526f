import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Config, loadConfig } from '@vipcast/config';
import { openJournal } from '@vipcast/log';
import { createLogger } from '@vipcast/runtime';
import { startNode } from '../daemon/node.ts';
import type { Io } from '../io.ts';
import { VERSION } from '../version.ts';
import { startDemoRouter } from './router.ts';
import { tellFact, tellHeard } from './story.ts';

const NODES = ['n1', 'n2', 'n3'];
const LOST_AFTER = 3000;
const LONGEST_START = 20_000;

const sourceOf = (node: string): string => `127.0.0.1${NODES.indexOf(node) + 1}`;
const nodeOf = (address: string): string => NODES.find((node) => sourceOf(node) === address) ?? address;

const yaml = (node: string, routerPort: number, healthPort: number, journal: string): string => `
cluster: demo
node: ${node}
bgp: { localASN: 65000, routerID: ${sourceOf(node)}, sourceAddress: ${sourceOf(node)}, holdTime: 9s }
peers:
  - { name: router, address: 127.0.0.1, port: ${routerPort}, peerASN: 65001, connectRetryTime: 1s }
vips:
  - name: web
    addresses: [192.0.2.10, '2001:db8:1::10']
    healthCheck: { http: 'http://127.0.0.1:${healthPort}/healthz', interval: 500ms, rise: 2, fall: 2 }
  - { name: dns, addresses: [192.0.2.53, '2001:db8:1::53'] }
log: { journal: '${journal}' }
`;

const configOf = (text: string): Config => {
  const loaded = loadConfig(text, { file: 'demo.yaml', env: { hostName: 'demo' } });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  return loaded.config;
};

const startHealthServer = async (): Promise<Server> => {
  const server = createServer((_, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

/** Three nodes, one log and a router; one session is lost and found again. Ends on Ctrl-C or after `for` seconds. */
export const demo = async (io: Io, options: { readonly for?: number }): Promise<void> => {
  const { clock } = io;
  const logger = createLogger('fatal');
  const folder = mkdtempSync(join(tmpdir(), 'vipcast-demo-'));
  const journal = join(folder, 'journal.db');
  const began = clock.monotonic();
  const say = (line: string | undefined): void => {
    if (line !== undefined)
      io.stdout.write(`${((clock.monotonic() - began) / 1000).toFixed(2).padStart(6)}  ${line}\n`);
  };
  const ended = io.interrupted();

  const health = await startHealthServer();
  const log = openJournal(journal);
  const upToDate = Promise.withResolvers<void>();
  const router = await startDemoRouter(clock, (heard) => {
    say(tellHeard(heard, nodeOf));
    if (heard.type === 'route' && nodeOf(heard.from) === 'n2') upToDate.resolve();
  });
  const following = log.follow({ after: 0, aggregates: ['vip', 'session'] }, (facts) => {
    for (const fact of facts) say(tellFact(fact));
  });
  say(`three nodes, one log (${journal}) and a router on 127.0.0.1:${router.port}`);
  const { port: healthPort } = health.address() as AddressInfo;
  const nodes = await Promise.all(
    NODES.map((node) => {
      const config = configOf(yaml(node, router.port, healthPort, journal));
      const applied = { file: 'demo.yaml', digest: '', config };
      return startNode({ log, applied, version: VERSION, logLevel: 'fatal', clock, logger });
    }),
  );

  try {
    await pause(LOST_AFTER, undefined, { signal: ended });
    // On a busy machine there may be nothing to lose yet.
    await Promise.race([upToDate.promise, pause(LONGEST_START, undefined, { signal: ended, ref: false })]);
    say('');
    say('cutting the cable between n2 and the router');
    router.cut(sourceOf('n2'));
    await pause(LOST_AFTER, undefined, { signal: ended });
    say('');
    say('try in another terminal, now or for any moment of this run:');
    for (const verb of ['peers', 'why 192.0.2.10', 'peers --at -3s'])
      io.stdout.write(`        npx vipcast ${verb} --journal ${journal}\n`);
    say(options.for === undefined ? 'Ctrl-C ends the demo' : `the demo ends after ${options.for} s`);
    const left =
      options.for === undefined ? 2 ** 31 - 1 : Math.max(0, options.for * 1000 - (clock.monotonic() - began));
    await pause(left, undefined, { signal: ended });
  } catch (error) {
    if (!ended.aborted) throw error;
  } finally {
    following.stop();
    await Promise.all(nodes.map((node) => node.stop('the demo ended')));
    router.close();
    health.close();
    log.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
