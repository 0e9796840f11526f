import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { localPeer, nodeYaml, type Parts, replaceFile, withJournalOf } from './configuration.ts';
import { followLog } from './following.ts';
import { logOf } from './log-of.ts';
import { known, routeTable, withdrawals } from './route-table.ts';

const PEER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };
const PATIENCE = { timeout: 20_000 };
const MED = 4;
/** Cease, and what it says (RFC 4486 §4). */
const DECONFIGURED = [3, 6, 3];
const CONFIGURATION_CHANGE = [3, 6, 6];

const vip = (name: string, ...addresses: readonly string[]): string =>
  `{ name: ${name}, addresses: [${addresses.map((address) => `'${address}'`).join(', ')}] }`;
const FIRST = vip('first', '192.0.2.1', '2001:db8::1');

/** A daemon and its routers, `a` and others; it starts with the first of them and the VIP `first`. */
interface Bench extends AsyncDisposable {
  readonly vipcast: Vipcast;
  readonly routers: readonly Receiver[];
  /** The configuration as a text that this daemon can take. */
  yaml(parts: Parts): string;
  peer(index: number, more?: string): string;
}

const startBench = async (routerCount: number, running = routerCount): Promise<Bench> => {
  const routers = await Promise.all(Array.from({ length: routerCount }, () => startReceiver(PEER)));
  const peer = (index: number, more?: string): string => localPeer('abc'[index]!, routers[index]!.port, more);
  const peers = routers.slice(0, running).map((_, index) => peer(index));
  const vipcast = await startVipcast(null, nodeYaml({ peers, vips: [FIRST] }));
  await until(() => routers.slice(0, running).every(({ updates }) => known(updates).length === 2), {
    what: 'the first routes',
    ...PATIENCE,
    explain: vipcast.stderr,
  });
  return {
    vipcast,
    routers,
    yaml: (parts) => withJournalOf(vipcast, nodeYaml(parts)),
    peer,
    [Symbol.asyncDispose]: async () => {
      await vipcast[Symbol.asyncDispose]();
      for (const router of routers) await router[Symbol.asyncDispose]();
    },
  };
};

const hears = (router: Receiver, prefix: string): Promise<unknown> =>
  until(() => known(router.updates).includes(prefix), {
    what: prefix,
    ...PATIENCE,
    explain: () => known(router.updates).join(),
  });

/** The Kubernetes way: `vipcast.yaml` links to `..data/vipcast.yaml`, and `..data` to a folder of its own. */
const swapLinks = async (file: string, version: number, text: string): Promise<void> => {
  const folder = dirname(file);
  await mkdir(join(folder, `..${version}`));
  await writeFile(join(folder, `..${version}`, 'vipcast.yaml'), text);
  await symlink(`..${version}`, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
};

describe('a configuration file that changes', () => {
  it('is applied whichever way it is replaced', async () => {
    await using bench = await startBench(1);
    const { vipcast, routers, yaml, peer } = bench;
    const { configFile } = vipcast;
    const next = (octet: number): string =>
      yaml({ peers: [peer(0)], vips: [FIRST, vip('next', `192.0.2.${octet}`)] });

    await writeFile(configFile, next(10));
    await hears(routers[0]!, '192.0.2.10/32');
    await replaceFile(configFile, next(11));
    await hears(routers[0]!, '192.0.2.11/32');
    await swapLinks(configFile, 1, next(12));
    await symlink('..data/vipcast.yaml', `${configFile}.link`);
    await rename(`${configFile}.link`, configFile);
    await hears(routers[0]!, '192.0.2.12/32');
    await swapLinks(configFile, 2, next(13));
    await hears(routers[0]!, '192.0.2.13/32');
    expect(known(routers[0]!.updates)).toEqual(['192.0.2.1/32', '192.0.2.13/32', '2001:db8::1/128']);
    expect(withdrawals(routers[0]!.updates)).not.toContain('192.0.2.1/32');
    expect(routers[0]!.establishedCount()).toBe(1);
  });

  it('is read a few times only in a storm of signals', async () => {
    await using bench = await startBench(1);
    const { vipcast, routers, yaml, peer } = bench;
    for (let round = 0; round < 100; round += 1) {
      if (round === 50)
        await replaceFile(vipcast.configFile, yaml({ peers: [peer(0)], vips: [vip('last', '192.0.2.99')] }));
      process.kill(vipcast.pid(), 'SIGHUP');
      await delay(2);
    }
    await hears(routers[0]!, '192.0.2.99/32');
    const { code } = await vipcast.cli('announce', '192.0.2.100');
    expect(code).toBe(0);
    const applied = (await logOf(vipcast)).filter(({ type }) => type === 'node.ConfigApplied');
    expect(applied.length).toBe(2);
    expect([vipcast.alive(), routers[0]!.establishedCount()]).toEqual([true, 1]);
  });

  it('is not believed while it is being written', async () => {
    await using bench = await startBench(1);
    const { vipcast, routers, yaml, peer } = bench;
    for (let round = 1; round <= 10; round += 1) {
      const text = yaml({ peers: [peer(0)], vips: [FIRST, vip('next', `192.0.2.${100 + round}`)] });
      const half = text.indexOf('192.0.2.1') + 5;
      await writeFile(vipcast.configFile, text.slice(0, half));
      await delay(30);
      await writeFile(vipcast.configFile, text);
      await delay(30);
    }
    await hears(routers[0]!, '192.0.2.110/32');
    expect(withdrawals(routers[0]!.updates)).not.toContain('192.0.2.1/32');
    expect(routers[0]!.establishedCount()).toBe(1);
  });

  it('is refused whole when it is bad, and the last good one stays', async () => {
    await using bench = await startBench(1);
    const { vipcast, routers, yaml, peer } = bench;
    const { configFile } = vipcast;
    const good = yaml({ peers: [peer(0)], vips: [FIRST] });
    await using log = followLog(vipcast);
    const rejections = () =>
      log.all().flatMap(({ type, data }) => (type === 'node.ConfigRejected' ? [data] : []));
    const evils: readonly (readonly [() => Promise<unknown>, string])[] = [
      [
        () => writeFile(configFile, `${good}nonsense: 1\n`),
        `${configFile}:${good.split('\n').length}: nonsense: unknown key`,
      ],
      [() => rm(configFile), `${configFile}: cannot be read: no such file`],
      [() => mkdir(configFile), `${configFile}: cannot be read: a directory, not a file`],
    ];
    for (const [index, [make, message]] of evils.entries()) {
      await make();
      const refused = await until(() => rejections()[index], { what: message, ...PATIENCE });
      expect((refused.errors as string[])[0]).toContain(message);
      const status = await vipcast.cli('status');
      expect([status.code, status.stdout]).toEqual([3, expect.stringContaining('rejected')]);
      expect(known(routers[0]!.updates)).toEqual(['192.0.2.1/32', '2001:db8::1/128']);
    }
    await rm(configFile, { recursive: true });
    await replaceFile(configFile, good);
    await until(() => log.last()?.type === 'node.ConfigApplied', { what: 'the good file', ...PATIENCE });
    expect((await vipcast.cli('status')).code).toBe(0);
    expect(rejections()).toHaveLength(evils.length);
    expect(withdrawals(routers[0]!.updates)).toEqual([]);
    expect(routers[0]!.establishedCount()).toBe(1);
  });
});

describe('what changes in a configuration', () => {
  it('reaches routers without a reset when it is policy', async () => {
    await using bench = await startBench(1);
    const { vipcast, routers, yaml, peer } = bench;
    const [router] = routers;
    const medOf = (prefix: string) => routeTable(router!.updates).get(prefix)?.get(MED);
    const rule = "{ match: { families: [ipv4-unicast] }, set: { med: 50, communities: ['65000:100'] } }";
    await vipcast.configure(nodeYaml({ peers: [peer(0)], vips: [FIRST], policy: [rule] }));
    await until(() => medOf('192.0.2.1/32') === '00000032', { what: 'the new MED', ...PATIENCE });
    expect(medOf('2001:db8::1/128')).toBe(undefined);
    await replaceFile(vipcast.configFile, yaml({ peers: [peer(0)], vips: [FIRST] }));
    await until(() => medOf('192.0.2.1/32') === undefined, { what: 'no MED', ...PATIENCE });
    const reject = '{ match: { vips: [first], families: [ipv6-unicast] }, action: reject }';
    await vipcast.configure(nodeYaml({ peers: [peer(0)], vips: [FIRST], policy: [reject] }));
    await until(() => known(router!.updates).join() === '192.0.2.1/32', { what: 'one family', ...PATIENCE });
    expect([withdrawals(router!.updates), router!.establishedCount()]).toEqual([['2001:db8::1/128'], 1]);
  });

  it('resets the peers that it concerns and no other', async () => {
    await using bench = await startBench(3, 2);
    const { vipcast, routers, yaml, peer } = bench;
    const [a, b, c] = routers as [Receiver, Receiver, Receiver];
    const goodbyes = (router: Receiver) => router.others.map((bytes) => [...bytes.slice(18, 21)]);
    const configure = (...peers: readonly string[]) =>
      replaceFile(vipcast.configFile, yaml({ peers, vips: [FIRST] }));

    await configure(peer(0), peer(1), peer(2));
    await until(() => known(c.updates).length === 2, { what: 'the new peer', ...PATIENCE });
    await configure(peer(0), peer(1, 'holdTime: 30s'), peer(2));
    await until(() => b.establishedCount() === 2, { what: 'the changed peer', ...PATIENCE });
    expect(goodbyes(b)).toEqual([CONFIGURATION_CHANGE]);
    await configure(peer(0), peer(1, 'holdTime: 30s'));
    await until(() => !c.established(), { what: 'the removed peer', ...PATIENCE });
    expect(goodbyes(c)).toEqual([DECONFIGURED]);
    const counts = [a, b, c].map((router) => router.establishedCount());
    expect([counts, a.established(), goodbyes(a)]).toEqual([[1, 2, 1], true, []]);
  });

  it('touches no address that stays', async () => {
    await using bench = await startBench(1);
    const { vipcast, routers, yaml, peer } = bench;
    const [router] = routers;
    const configure = (...vips: readonly string[]) =>
      replaceFile(vipcast.configFile, yaml({ peers: [peer(0)], vips }));

    await configure(vip('first', '192.0.2.1', '2001:db8::2'), vip('second', '192.0.2.2'));
    await hears(router!, '2001:db8::2/128');
    // Another name for an address that stays.
    await configure(vip('renamed', '192.0.2.1'), vip('third', '192.0.2.3'));
    await until(() => known(router!.updates).join() === '192.0.2.1/32,192.0.2.3/32', {
      what: 'the last configuration',
      ...PATIENCE,
      explain: () => known(router!.updates).join(),
    });
    expect(withdrawals(router!.updates).toSorted()).toEqual([
      '192.0.2.2/32',
      '2001:db8::1/128',
      '2001:db8::2/128',
    ]);
    expect(router!.establishedCount()).toBe(1);
  });
});
