import { afterEach, describe, expect, it } from 'vitest';
import { localPeer } from '../daemon/configuration.ts';
import { known } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { type NatsServer, startNats } from './nats.ts';

const PEER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };
/** From the end of a node to when every view has dropped it. */
const LEASE = 30_000;

const cleanups: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each[Symbol.asyncDispose]();
});
const kept = <T extends AsyncDisposable>(each: T): T => {
  cleanups.push(each);
  return each;
};

interface Site {
  readonly receiver: Receiver;
  readonly vipcast: Vipcast;
}

const startSite = async (name: string, { url }: NatsServer): Promise<Site> => {
  const receiver = kept(await startReceiver(PEER));
  const yaml = `node: ${name}
bgp: { localASN: 65000, routerID: 10.0.0.7, holdTime: 9s, connectRetryTime: 1s }
peers:
  - ${localPeer('tor', receiver.port)}
vips:
  - { name: web, addresses: [192.0.2.10] }
log:
  nats: { servers: ['${url}'], replicas: 1 }
`;
  return { receiver, vipcast: kept(await startVipcast(null, yaml)) };
};

interface Row {
  readonly node: string;
  readonly state?: string;
  readonly announced?: boolean;
  readonly daemon?: string;
}

/** The rows of a view, as one node's journal has them. */
const rowsOf = async ({ vipcast }: Site, ...args: readonly string[]): Promise<readonly Row[]> => {
  const { stdout, stderr } = await vipcast.cli(...args, '-o', 'json');
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { items: readonly Row[] }).items;
};

const states = async (site: Site, ...args: readonly string[]): Promise<readonly string[]> =>
  (await rowsOf(site, 'peers', ...args)).map(({ node, state }) => `${node} ${state}`);

describe.skipIf(!have('nats-server 2.14'))('two nodes on one NATS', () => {
  it('tell of each other, and of one that died', { timeout: 120_000 }, async () => {
    const nats = kept(await startNats('2.14'));
    const [first, second] = [await startSite('n1', nats), await startSite('n2', nats)];
    const explain = (): string => first.vipcast.stderr() + second.vipcast.stderr();
    for (const site of [first, second])
      await until(async () => (await states(site)).join() === 'n1 Established,n2 Established', {
        what: 'both sessions in both views',
        timeout: 30_000,
        interval: 200,
        explain,
      });
    await until(async () => (await rowsOf(first, 'why', 'web')).every(({ announced }) => announced), {
      what: 'both announcements',
      interval: 200,
    });
    expect((await rowsOf(first, 'why', 'web')).map(({ node }) => node)).toEqual(['n1', 'n2']);
    const status = await first.vipcast.cli('status');
    expect(status.stdout).toMatch(
      /^LOG {2}NATS at 127\.0\.0\.1:\d+ · 2\.14: all that is asked for · 0 to ship/m,
    );
    expect(status.code).toBe(0);

    const foreign = await first.vipcast.cli('announce', '192.0.2.99', '--node', 'n2');
    expect([foreign.code, foreign.stderr]).toEqual([5, expect.stringContaining('cannot speak for n2')]);
    const before = new Date().toISOString();
    await second.vipcast.kill();
    const died = performance.now();
    await until(async () => (await states(first)).join() === 'n1 Established', {
      what: 'the dead node to leave the view',
      timeout: LEASE + 5000,
      interval: 300,
    });
    expect(performance.now() - died).toBeLessThan(LEASE);
    expect((await rowsOf(first, 'why', 'web')).map(({ node }) => node)).toEqual(['n1']);
    expect(await states(first, '--node', 'n2')).toEqual(['n2 Idle']);
    expect((await rowsOf(first, 'status')).map(({ node, daemon }) => `${node} ${daemon}`)).toEqual([
      'n1 running',
      'n2 gone',
    ]);
    expect(await states(first, '--at', before)).toEqual(['n1 Established', 'n2 Established']);
    expect(known(first.receiver.updates)).toEqual(['192.0.2.10/32']);

    await second.vipcast.restart();
    await until(async () => (await states(first)).join() === 'n1 Established,n2 Established', {
      what: 'the node to come back',
      timeout: 30_000,
      interval: 300,
      explain,
    });
  });

  it('decide and announce without it, frozen or gone', { timeout: 120_000 }, async () => {
    const nats = kept(await startNats('2.14'));
    const [first, second] = [await startSite('n1', nats), await startSite('n2', nats)];
    for (const { receiver, vipcast } of [first, second])
      await until(() => known(receiver.updates).length === 1, {
        what: 'the route',
        timeout: 20_000,
        explain: vipcast.stderr,
      });
    await until(async () => (await states(second)).length === 2, { what: 'n1 at n2', interval: 200 });
    nats.freeze();
    for (let i = 1; i <= 5; i++) {
      const { code } = await first.vipcast.cli('announce', `198.51.100.${i}`);
      expect(code).toBe(0);
      expect(known(first.receiver.updates)).toContain(`198.51.100.${i}/32`);
    }
    await nats.kill();
    expect((await first.vipcast.cli('withdraw', '198.51.100.1')).code).toBe(0);
    expect(known(first.receiver.updates)).not.toContain('198.51.100.1/32');
    await nats.restart({ fresh: true });
    await until(
      async () =>
        (await rowsOf(second, 'routes', '--node', 'n1')).length === known(first.receiver.updates).length,
      { what: 'the routes of n1 at n2', timeout: 30_000, interval: 300, explain: first.vipcast.stderr },
    );
    for (const { receiver } of [first, second]) expect(receiver.established()).toBe(true);
    expect(known(second.receiver.updates)).toEqual(['192.0.2.10/32']);
  });
});
