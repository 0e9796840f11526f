import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from 'nats';
import { afterEach, describe, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { have } from '../setup/packages.ts';
import { startMember, untilAlike } from './members.ts';
import { type NatsServer, startNatsCluster } from './nats.ts';

const cleanups: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

/** The server that leads the stream of facts. */
const leaderOf = async (servers: readonly NatsServer[]): Promise<NatsServer> => {
  const nc = await connect({ servers: servers.map(({ url }) => url) });
  try {
    const jsm = await jetstreamManager(nc);
    return await until(
      async () => {
        const { cluster } = await jsm.streams.info('vipcast-test');
        return servers.find(({ name }) => name === cluster?.leader);
      },
      { what: 'a leader', timeout: 20_000 },
    );
  } finally {
    await nc.close();
  }
};

describe.skipIf(!have('nats-server 2.14'))('a cluster of three servers', () => {
  it('loses no fact when the leader is killed in the middle of them', { timeout: 90_000 }, async () => {
    const servers = await startNatsCluster('2.14');
    cleanups.push(...servers);
    const urls = servers.map(({ url }) => url);
    const members = await Promise.all(['n1', 'n2'].map((name) => startMember(name, urls, { replicas: 3 })));
    cleanups.push(...members);
    for (const member of members) member.append(10);
    await untilAlike(members, 30_000);
    const leader = await leaderOf(servers);
    for (const member of members) member.append(1500);
    await until(() => members.every(({ log }) => log.last() > 1600), {
      what: 'the first facts to arrive',
      timeout: 20_000,
      interval: 1,
    });
    await leader.kill();
    for (const member of members) member.append(500);
    await untilAlike(members, 40_000);
    await leader.restart();
    for (const member of members) member.append(500);
    await untilAlike(members, 40_000);
  });
});
