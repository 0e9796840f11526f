import { verify } from '@vipcast/log';
import { afterEach, describe, expect, it } from 'vitest';
import { known, withdrawals } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { discard } from '../interop/scratch.ts';
import { have } from '../setup/packages.ts';
import { administer } from './administration.ts';
import { startMember } from './members.ts';
import { type NatsServer, startNats } from './nats.ts';
import { type Access, askNats, rowsIn, type Site, startSite } from './sites.ts';

const STREAM = 'vipcast-test';

const cleanups: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each[Symbol.asyncDispose]();
});
const kept = async <T extends AsyncDisposable>(each: Promise<T>): Promise<T> => {
  const started = await each;
  cleanups.push(started);
  return started;
};

describe.skipIf(!have('nats-server 2.14'))('two nodes with routers, and a stream that comes to harm', () => {
  const start = async (): Promise<{ nats: NatsServer; access: Access; sites: readonly Site[] }> => {
    const nats = await kept(startNats('2.14'));
    const access = { urls: [nats.url] };
    const sites = [await kept(startSite('n1', access)), await kept(startSite('n2', access))];
    return { nats, access, sites };
  };

  const routesIn = async ({ vipcast }: Site): Promise<readonly string[]> =>
    rowsIn<{ node: string; prefix: string }>(await vipcast.cli('routes', '-o', 'json'))
      .map(({ node, prefix }) => `${node} ${prefix}`)
      .toSorted();

  /** Every node knows what every router was told, and so does one who asks NATS. */
  const untilTold = (sites: readonly Site[], access: Access): Promise<unknown> =>
    until(
      async () => {
        const told = sites.flatMap(({ name, receiver }) =>
          known(receiver.updates).map((prefix) => `${name} ${prefix}`),
        );
        expect(told.length).toBeGreaterThanOrEqual(sites.length);
        for (const site of sites) expect(await routesIn(site)).toEqual(told);
        const outside = rowsIn<{ node: string }>(await askNats(access, 'routes', '-o', 'json'));
        expect(outside).toHaveLength(told.length);
        return true;
      },
      {
        what: 'one account of all routes',
        timeout: 30_000,
        interval: 300,
        explain: () => sites.map(({ vipcast }) => vipcast.stderr().slice(-1500)).join('\n'),
      },
    );

  const announce = async (sites: readonly Site[], address: string): Promise<void> => {
    for (const { vipcast, receiver } of sites) {
      expect((await vipcast.cli('announce', address)).code).toBe(0);
      expect(known(receiver.updates)).toContain(`${address}/32`);
    }
  };

  it('withdraw nothing when it is deleted, rolled back or made anew', { timeout: 120_000 }, async () => {
    const { nats, access, sites } = await start();
    await untilTold(sites, access);
    await administer(nats, (jsm) => jsm.streams.delete(STREAM));
    await announce(sites, '198.51.100.1');
    await untilTold(sites, access);
    const copy = await nats.save();
    await announce(sites, '198.51.100.2');
    await untilTold(sites, access);
    await copy.undo();
    await announce(sites, '198.51.100.3');
    await untilTold(sites, access);
    await nats.restart({ fresh: true });
    await untilTold(sites, access);
    for (const { receiver, vipcast } of sites) {
      expect(withdrawals(receiver.updates)).toEqual([]);
      expect(receiver.establishedCount()).toBe(1);
      expect((await vipcast.cli('log', 'verify')).code).toBe(0);
    }
    expect((await askNats(access, 'log', 'verify')).code).toBe(0);
  });

  it('keep their routes when two daemons are one node, and the older says so', {
    timeout: 90_000,
  }, async () => {
    const { access, sites } = await start();
    const [first, other] = sites as [Site, Site];
    await untilTold(sites, access);
    const second = await kept(startSite('n1', access));
    await until(
      async () => /another daemon writes as n1\//.test((await first.vipcast.cli('status')).stdout),
      {
        what: 'the older one to say so',
        timeout: 20_000,
        interval: 300,
        explain: () => first.vipcast.stderr() + second.vipcast.stderr(),
      },
    );
    await announce([first, second], '198.51.100.9');
    for (const { receiver } of [first, second, other]) {
      expect(receiver.establishedCount()).toBe(1);
      expect(withdrawals(receiver.updates)).toEqual([]);
    }
    expect((await other.vipcast.cli('log', 'verify')).code).toBe(0);
  });

  it('are heard again from their first word when their journal was lost', { timeout: 60_000 }, async () => {
    const nats = await kept(startNats('2.14'));
    const site = await kept(startSite('n1', { urls: [nats.url] }));
    const { vipcast, receiver } = site;
    const other = await kept(startMember('n2', [nats.url]));
    const announced = (): number =>
      Array.from(other.log.read()).filter(({ type }) => type === 'route.Announced').length;
    await until(() => announced() === 1, {
      what: 'its first life',
      timeout: 20_000,
      explain: vipcast.stderr,
    });
    await vipcast.kill();
    for (const end of ['', '-wal', '-shm']) await discard(vipcast.journal + end);
    await vipcast.restart();
    await until(() => announced() === 2, {
      what: 'its second life',
      timeout: 20_000,
      explain: vipcast.stderr,
    });
    await until(async () => (await vipcast.cli('status', '--node', 'n1')).code === 0, {
      what: 'good health',
      interval: 300,
    });
    expect([...verify(other.log)]).toEqual([]);
    expect(withdrawals(receiver.updates)).toEqual([]);
  });
});
