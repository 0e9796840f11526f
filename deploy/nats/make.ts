#!/usr/bin/env node
/**
 * Makes everything that a NATS cluster for vipcast needs: an authority and a certificate for each server, an nkey for
 * each node and for those who ask or wish, and the servers' configuration. What is there already stays, so it is run
 * again to add a node; who has no key file any more is no longer let in.
 *
 *   node deploy/nats/make.ts --out nats --cluster prod --server a=10.0.0.11 --server b=10.0.0.12 --server c=10.0.0.13 \
 *     --node n1 --node n2 --operator alice
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeAuthority, makeServerCertificate } from './certificates.ts';
import { makeUser, makeUsers } from './keys.ts';
import { clientUrl, kubernetesHosts, readServer, routesConf, serverConf } from './server.ts';
import { systemConf, usersConf } from './users.ts';

/** Files that are the same everywhere. One server alone has no others to find, and waits for none. */
const shipped = (count: number): Readonly<Record<string, string>> => {
  const read = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8');
  return {
    'nats-server.conf': read('nats-server.conf'),
    'cluster.conf': count > 1 ? read('cluster.conf') : '',
  };
};

const USAGE =
  'say --out FOLDER, and either --server NAME=HOST[:PORT[:ROUTE_PORT]] for each or --kubernetes NAMESPACE[/RELEASE]';

/** @throws TypeError for a flag that is none */
const readFlags = () =>
  parseArgs({
    options: {
      out: { type: 'string' },
      cluster: { type: 'string', default: 'default' },
      node: { type: 'string', multiple: true, default: [] },
      reader: { type: 'string', multiple: true, default: ['reader'] },
      operator: { type: 'string', multiple: true, default: [] },
      server: { type: 'string', multiple: true, default: [] },
      kubernetes: { type: 'string' },
      store: { type: 'string', default: '/var/lib/nats' },
      days: { type: 'string', default: '825' },
    },
  }).values;

const make = (out: string, values: ReturnType<typeof readFlags>): void => {
  const { cluster, kubernetes, store } = values;
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1) throw new Error(`--days ${values.days} is no number of days`);
  const servers = values.server.map(readServer);

  mkdirSync(out, { recursive: true, mode: 0o700 });
  makeAuthority(out, `vipcast ${cluster} NATS`);
  const keys = join(out, 'keys');
  const users = [
    ...makeUsers(join(keys, 'nodes'), 'node', values.node),
    ...makeUsers(join(keys, 'readers'), 'reader', values.reader),
    ...makeUsers(join(keys, 'operators'), 'operator', values.operator),
    makeUser(keys, 'admin', 'admin'),
  ];
  const shared = {
    'users.conf': usersConf(users, cluster),
    'system.conf': systemConf(makeUser(keys, 'admin', 'system').publicKey),
  };

  const place = (name: string, hosts: readonly string[], more: Readonly<Record<string, string>>): void => {
    const folder = join(out, 'servers', name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    makeServerCertificate(folder, out, { name, hosts, days });
    copyFileSync(join(out, 'ca.pem'), join(folder, 'ca.pem'));
    for (const [file, text] of Object.entries({ ...shared, ...more }))
      writeFileSync(join(folder, file), text);
  };
  for (const server of servers) {
    place(server.name, [server.host], {
      ...shipped(servers.length),
      'server.conf': serverConf(server, store),
      'routes.conf': routesConf(server, cluster, servers),
    });
  }
  if (kubernetes !== undefined) place('kubernetes', kubernetesHosts(kubernetes), {});
  process.stdout.write(
    `${out}: servers/ for the servers; keys/ and ca.pem for those who connect; ca.key for nobody\n${
      servers.length === 0 ? '' : `log.nats.servers: [${servers.map(clientUrl).join(', ')}]\n`
    }`,
  );
};

try {
  const flags = readFlags();
  const { out, server, kubernetes } = flags;
  if (out === undefined || (server.length === 0) === (kubernetes === undefined)) throw new Error(USAGE);
  make(out, flags);
} catch (error) {
  process.stderr.write(`error: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
