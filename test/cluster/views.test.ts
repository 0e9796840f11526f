import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { stop } from '../interop/process.ts';
import { have } from '../setup/packages.ts';
import { administer } from './administration.ts';
import { startMember, untilAlike } from './members.ts';
import { freePort, type NatsServer, startNats } from './nats.ts';
import { type Access, askNats, rowsIn, type Site, startSite, watchNats } from './sites.ts';

/** A way to a server that lets so many bytes through to the client, and then none. */
const startProxy = async (port: number, most: number): Promise<AsyncDisposable & { url: string }> => {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = dial(port, '127.0.0.1');
    let passed = 0;
    sockets.add(client).add(upstream);
    client.on('error', () => undefined).pipe(upstream);
    upstream.on('data', (chunk) => {
      passed += chunk.length;
      if (passed < most) client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

interface Row {
  readonly node: string;
  readonly state?: string;
  readonly announced?: boolean;
  readonly daemon?: string;
}

const LAST = '  - { name: db, addresses: [192.0.2.20] }\n';
const REJECTING = 'policy:\n  - { match: { vips: [web] }, action: reject }\n';

describe.skipIf(!have('nats-server 2.14'))('a cluster asked from outside, over NATS', () => {
  let nats: NatsServer;
  let access: Access;
  let sites: readonly Site[] = [];
  const ask = (...args: readonly string[]) => askNats(access, ...args);
  const rows = async (...args: readonly string[]): Promise<readonly Row[]> =>
    rowsIn<Row>(await ask(...args, '-o', 'json'));

  const states = async () => (await rows('peers')).map(({ node, state }) => `${node} ${state}`);
  const untilReady = async (): Promise<void> => {
    await until(async () => (await states()).join() === 'n1 Established,n2 Established,n3 Established', {
      what: 'three sessions',
      timeout: 30_000,
      interval: 500,
    });
    await until(async () => (await rows('why', 'web')).filter(({ announced }) => announced).length === 2, {
      what: 'two announcements',
      timeout: 20_000,
      interval: 500,
    });
  };

  beforeAll(async () => {
    nats = await startNats('2.14');
    access = { urls: [nats.url] };
    sites = [
      await startSite('n1', access, LAST),
      await startSite('n2', access, REJECTING),
      await startSite('n3', access),
    ];
    await untilReady();
  });
  afterAll(async () => {
    for (const site of sites) await site[Symbol.asyncDispose]();
    await nats?.[Symbol.asyncDispose]();
  });

  it('says who announces, who does not and why not, and as of when', async () => {
    const { code, stdout } = await ask('why', 'web');
    expect(code).toBe(1);
    expect(stdout.split('\n')[0]).toMatch(
      /^AS OF \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(seq \d+\) - cluster test, from NATS at 127\.0\.0\.1:\d+$/,
    );
    const answers = (await rows('why', 'web')).map(({ node, announced }) => [node, announced]);
    expect(answers).toEqual([
      ['n1', true],
      ['n2', false],
      ['n3', true],
    ]);
    expect(stdout).toMatch(/n2[\s\S]*polic/);
  });

  it.each(['peers', 'routes', 'vips', 'next-hops'])('answers %s as a node does', async (view) => {
    const here = await rows(view);
    expect([...new Set(here.map(({ node }) => node))]).toEqual(['n1', 'n2', 'n3']);
    const there = rowsIn<Row>(await sites[0]!.vipcast.cli(view, '-o', 'json'));
    // Positions are each log's own.
    const plain = (all: readonly Row[]) => all.map((row) => ({ ...row, seq: 0 }));
    expect(plain(here)).toEqual(plain(there));
  });

  it('answers history, diff, log, its check and its export', async () => {
    const history = await ask('history', 'web', '--node', 'n3');
    expect([history.code, history.stdout]).toEqual([0, expect.stringContaining('vip.Advertised')]);
    const diff = await ask('diff', '--from', 'seq:1');
    expect([diff.code, diff.stdout]).toEqual([1, expect.stringMatching(/added +n3 +tor +192\.0\.2\.10\/32/)]);
    const log = await ask('log', '--subject', 'vipcast.test.*.vip.web');
    expect(log.stdout.match(/vip\.Advertised/g)).toHaveLength(3);
    const verify = await ask('log', 'verify');
    expect([verify.code, verify.stderr]).toEqual([0, expect.stringContaining('none is missing')]);
    const facts = await ask('log', 'export', '--format', 'jsonl', '--node', 'n3');
    const types = facts.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(expect.arrayContaining(['node.Started', 'session.Established', 'route.Announced']));
  });

  it('answers for the past, and says so', async () => {
    const { code, stdout } = await ask('vips', '--at', 'seq:1');
    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(/\(seq 1, [\dms]+ ago\) - not live, cluster test, from NATS/),
    ]);
    expect((await ask('vips', '--at', 'seq:99999')).code).toBe(5);
    expect(await rows('vips', '--since', 'now')).toEqual([]);
  });

  it('follows', async () => {
    const watching = watchNats(access, 'vips', '-w', '-o', 'json');
    const following = watchNats(access, 'log', '-f', '--since', 'now');
    try {
      await until(() => watching.stdout().includes('"web"'), { what: 'the first answer' });
      const { code } = await sites[2]!.vipcast.cli('announce', '192.0.2.77');
      expect(code).toBe(0);
      await until(() => watching.stdout().includes('192.0.2.77'), { what: 'the next answer' });
      await until(() => /vip\.Advertised.*192\.0\.2\.77/.test(following.stdout()), { what: 'the fact' });
    } finally {
      await stop(watching);
      await stop(following);
    }
  });

  it('says who is gone, by the leases', async () => {
    await sites[1]!.vipcast.kill();
    await until(async () => (await rows('peers')).map(({ node }) => node).join() === 'n1,n3', {
      what: 'n2 to be gone',
      timeout: 30_000,
      interval: 1000,
    });
    const status = await ask('status', '-o', 'json');
    expect(status.code).toBe(3);
    const found = rowsIn<Row>(status).map(({ node, daemon }) => `${node} ${daemon}`);
    expect(found).toEqual(['n1 running', 'n2 gone', 'n3 running']);
    await sites[1]!.vipcast.restart();
    await untilReady();
  });
});

describe.skipIf(!have('nats-server 2.14'))('a cluster that cannot be asked', () => {
  it.each([['peers'], ['why', 'web'], ['log'], ['log', 'verify'], ['diff', '--from', '-1m'], ['status']])(
    'exits 4 for %s %s',
    async (...args) => {
      const access = { urls: [`nats://127.0.0.1:${await freePort()}`] };
      const { code, stdout, stderr } = await askNats(access, ...args.filter((arg) => arg !== undefined));
      expect([code, stdout]).toEqual([4, '']);
      expect(stderr).toMatch(/^error: the log cannot be read from NATS: .*refused.* \(E_NATS\)/);
    },
  );

  it('exits 4 where there is no such cluster, and 2 for two logs at once', async () => {
    await using nats = await startNats('2.14');
    const none = await askNats({ urls: [nats.url] }, 'peers');
    expect([none.code, none.stderr]).toEqual([4, expect.stringContaining('there is no stream vipcast-test')]);
    const both = await askNats({ urls: [nats.url] }, 'peers', '--journal', '/nowhere');
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--journal')]);
  });

  it('exits 6 when that is older than the stream', async () => {
    await using nats = await startNats('2.14');
    await using member = await startMember('n1', [nats.url]);
    member.append(100);
    await untilAlike([member]);
    await until(() => member.replication.status().toShip === 0, { what: 'the facts to be there' });
    await administer(nats, (jsm) => jsm.streams.purge('vipcast-test', { seq: 51 }));
    const access = { urls: [nats.url] };
    expect((await askNats(access, 'vips', '--at', 'seq:50')).code).toBe(6);
    expect((await askNats(access, 'vips', '--at', '-1h')).code).toBe(6);
    const kept = await askNats(access, 'vips', '--at', 'seq:60');
    expect([kept.code, kept.stdout]).toEqual([0, expect.stringMatching(/^AS OF .*seq 60,/)]);
    const verified = await askNats(access, 'log', 'verify');
    expect([verified.code, verified.stdout]).toEqual([1, expect.stringMatching(/gap/)]);
  });

  it('prints what arrived before it fell silent, and exits 4', { timeout: 60_000 }, async () => {
    await using nats = await startNats('2.14');
    await using member = await startMember('n1', [nats.url]);
    member.append(5000);
    await until(() => member.replication.status().toShip === 0, { what: 'the facts', timeout: 30_000 });
    await using proxy = await startProxy(nats.port, 500_000);
    const { code, stdout, stderr } = await askNats({ urls: [proxy.url] }, 'log');
    const lines = stdout.trim().split('\n').length;
    expect(lines).toBeGreaterThan(100);
    expect(lines).toBeLessThan(5000);
    expect([code, stderr]).toEqual([4, expect.stringMatching(/did not all arrive from NATS: .* \(E_NATS\)/)]);
  });
});
