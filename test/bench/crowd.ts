import { join } from 'node:path';
import { type Draft, type NewFact, stamp } from '@vipcast/events';
import { type Log, openJournal } from '@vipcast/log';
import { namesOf, readCluster, startReplication } from '@vipcast/log/replication';
import { createClock } from '@vipcast/runtime';
import { emptyNetwork, foldNetwork } from '@vipcast/views';
import { connect, type NatsConnection } from 'nats';
import { startMember } from '../cluster/members.ts';
import { startNatsCluster } from '../cluster/nats.ts';
import { until } from '../interop/poll.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { figure, judge, printTable } from './report.ts';

const NODES = 1000;
const VIPS = 100;
const REPLICAS = 3;
const DIALLING = 50;
const RENEWAL = 5000;
const PATIENCE = 120_000;
const WANTED = 5;

const clock = createClock();
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

const nameOf = (node: number): string => `n${String(node).padStart(4, '0')}`;

const vipOf = (node: string, vip: number): NewFact => {
  const address = `10.${Number(node.slice(1)) >> 8}.${Number(node.slice(1)) & 255}.${vip}`;
  const data = { vip: `v${vip}`, addresses: [address], source: 'static', reason: 'configured', because: '' };
  const draft = { type: 'vip.Advertised', of: data.vip, data } as Draft;
  return stamp(draft, { cluster: 'test', node, id: clock.uuid(), at: clock.wall() });
};

/** Says what all nodes have to say, for each as itself; gives facts a second until the stream has them. */
const speakForAll = async (names: readonly string[], url: string): Promise<number> => {
  const folder = await scratch('crowd');
  const journal = join(folder, 'journal.db');
  const log = openJournal(journal);
  const writers = names.map((name) => log.writer(`${name}/vip-watcher`));
  for (const writer of writers) {
    const node = writer.name.slice(0, writer.name.indexOf('/'));
    writer.append(Array.from({ length: VIPS }, (_, vip) => vipOf(node, vip)));
  }
  const begun = performance.now();
  const part = { name: 'crowd', writers: writers.map(({ name }) => name), subjects: ['vip.>'] };
  const replication = startReplication({
    log,
    journal,
    identity: { cluster: 'test', node: 'crowd', part },
    nats: { servers: [url], credentials: null, replicas: REPLICAS },
    clock,
    logger: SILENT,
  });
  await until(() => replication.status().toShip === 0, { what: 'the crowd’s facts', timeout: PATIENCE });
  const seconds = (performance.now() - begun) / 1000;
  await replication.stop();
  log.close();
  await discard(folder);
  return (NODES * VIPS) / seconds;
};

/** A connection for each node, which holds its lease. */
const connectAll = async (
  names: readonly string[],
  urls: readonly string[],
): Promise<readonly NatsConnection[]> => {
  const connections: NatsConnection[] = [];
  for (let i = 0; i < names.length; i += DIALLING)
    connections.push(
      ...(await Promise.all(
        names
          .slice(i, i + DIALLING)
          .map((name, k) => connect({ servers: urls[(i + k) % urls.length]!, name })),
      )),
    );
  return connections;
};

const vipsIn = (log: Log): number => {
  let network = emptyNetwork();
  for (const fact of log.read()) network = foldNetwork(network, fact);
  return [...network.nodes.values()].reduce((sum, { vips }) => sum + vips.size, 0);
};

interface Arrival {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** How long until all VIPs of all nodes are in a state folded from what `join` gives. */
const arrival = async (join: () => Promise<Log>): Promise<Arrival> => {
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const vips = vipsIn(await join());
  const { user, system } = process.cpuUsage(cpu);
  if (vips !== NODES * VIPS) throw new Error(`${vips} VIPs instead of ${NODES * VIPS}`);
  return { seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 };
};

/** A thousand nodes with a hundred VIPs each, as a cluster and one who joins late see them. */
export const measureCrowd = async (): Promise<void> => {
  await using resources = new AsyncDisposableStack();
  const servers = await startNatsCluster('2.14');
  for (const server of servers) resources.use(server);
  const urls = servers.map(({ url }) => url);
  const names = Array.from({ length: NODES }, (_, i) => nameOf(i));
  const shipped = await speakForAll(names, urls[0]!);
  const connections = await connectAll(names, urls);
  resources.defer(async () => void (await Promise.all(connections.map((each) => each.close()))));
  const renew = (): void =>
    connections.forEach((each, i) => void each.publish(namesOf({ cluster: 'test', node: names[i]! }).lease));
  renew();
  const timer = setInterval(renew, RENEWAL);
  resources.defer(() => clearInterval(timer));

  const node = await arrival(async () => {
    const member = resources.use(await startMember('late', [urls[1]!], { replicas: REPLICAS }));
    await until(() => member.log.last() >= NODES * VIPS, {
      what: 'all facts',
      timeout: PATIENCE,
      interval: 10,
      explain: () => `${member.log.last()} are here\n${member.said.join('\n')}`,
    });
    return member.log;
  });
  const command = await arrival(async () => {
    const nats = { servers: [urls[2]!], credentials: null, replicas: REPLICAS };
    const reading = await readCluster({ cluster: 'test', nats, clock });
    resources.defer(() => reading.close());
    return reading.log;
  });
  printTable(
    `crowd: ${NODES} nodes with ${VIPS} VIPs each, their connections and leases, ${REPLICAS} copies, all on this machine`,
    ['who', 'seconds', "of the processor's"],
    [
      ['a node that joins, into its journal', figure(node.seconds), figure(node.cpuSeconds)],
      ['a command that asks, into memory', figure(command.seconds), figure(command.cpuSeconds)],
    ],
  );
  console.log(`\n  shipped by one process for all of them: ${figure(shipped)} facts/s`);
  judge('state of all on a node that joins late', node.seconds, 'at most', WANTED, 's');
};
