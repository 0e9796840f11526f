import { spawn as startProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetwork, type Network } from '../interop/namespace.ts';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { run, spawn } from '../interop/process.ts';
import { startReceiver } from '../interop/receiver.ts';
import { startReceiverProcess } from '../interop/receiver-process.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { startVipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { localPeer, nodeYaml, replaceFile, withJournalOf } from './configuration.ts';
import { known } from './route-table.ts';

const MAIN = `${ROOT}/services/vipcast/src/main.ts`;
const PEER = { localASN: 65001, routerId: '10.0.0.1', port: 0, holdTime: 9 };
const VIP = "{ name: web, addresses: [192.0.2.10, '2001:db8:1::10'] }";

describe('a vipcast that is told to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s, three times, says goodbye and exits 0', async (signal) => {
    await using receiver = await startReceiver({ ...PEER, address: '127.0.0.1' });
    const folder = await scratch('stop');
    const file = `${folder}/vipcast.yaml`;
    const yaml = nodeYaml({ peers: [localPeer('tor', receiver.port)], vips: [VIP] });
    await replaceFile(file, withJournalOf({ journal: `${folder}/journal.db` }, yaml));
    const vipcast = spawn(null, [NODE, MAIN, 'up', '-c', file], { cwd: folder });
    await until(() => known(receiver.updates).length === 2, { what: 'the routes', explain: vipcast.stderr });
    for (let times = 0; times < 3; times += 1) process.kill(vipcast.pid, signal);
    expect(await vipcast.exited).toEqual({ code: 0, signal: null });
    // RFC 4486 §3, RFC 9003 §2: Cease/Administrative Shutdown with a text.
    const goodbyes = receiver.others.map((bytes) => [...bytes.slice(18, 21)]);
    expect(goodbyes).toEqual([[3, 6, 2]]);
    expect(vipcast.stderr()).not.toMatch(/"level":[56]0/);
    await discard(folder);
  });
});

describe('a vipcast whose log nobody reads any more', () => {
  it('goes on', async () => {
    await using receiver = await startReceiver({ ...PEER, address: '127.0.0.1' });
    const folder = await scratch('unread');
    const file = `${folder}/vipcast.yaml`;
    const yaml = withJournalOf(
      { journal: `${folder}/journal.db` },
      nodeYaml({ peers: [localPeer('tor', receiver.port)], vips: [VIP] }),
    );
    await replaceFile(file, yaml);
    const vipcast = startProcess(NODE, [MAIN, 'up', '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    vipcast.stderr.once('data', () => vipcast.stderr.destroy());
    await until(() => known(receiver.updates).length === 2, { what: 'the routes', timeout: 20_000 });
    await until(() => vipcast.stderr.destroyed, { what: 'the reader to go' });
    // Each of these is a line in the log.
    await replaceFile(file, `${yaml}nonsense: 1\n`);
    await replaceFile(file, yaml.replace('192.0.2.10', '192.0.2.11'));
    await until(() => known(receiver.updates).includes('192.0.2.11/32'), { what: 'the change' });
    expect([vipcast.exitCode, vipcast.signalCode, receiver.establishedCount()]).toEqual([null, null, 1]);
    vipcast.kill('SIGKILL');
    await once(vipcast, 'exit');
    await discard(folder);
  });
});

describe.skipIf(!have('namespaces', 'iproute2'))('an address that is bound to an interface', () => {
  let network: Network<'vipcast' | 'router'>;

  beforeAll(async () => {
    network = await createNetwork('vipcast', 'router');
  });
  afterAll(() => network?.[Symbol.asyncDispose]());

  it('goes with the VIP, with the daemon, and after a crash', async () => {
    const { vipcast: host, router } = network.hosts;
    await using receiver = await startReceiverProcess(router.namespace, { ...PEER, address: router.ipv4 });
    const bound = async (): Promise<readonly string[]> => {
      const output = await run(host.namespace, ['ip', '-j', 'addr', 'show', 'dev', 'lo']);
      const [{ addr_info }] = JSON.parse(output) as [{ addr_info: { local: string }[] }];
      return addr_info.map(({ local }) => local).filter((local) => /^(192|2001)/.test(local));
    };
    const become = (addresses: readonly string[], what: string) =>
      until(async () => expect(await bound()).toEqual(addresses) ?? true, { what, timeout: 20_000 });
    const BOTH = ['192.0.2.10', '2001:db8:1::10'];

    await using vipcast = await startVipcast(
      host.namespace,
      nodeYaml({
        peers: [`{ name: tor, address: ${router.ipv4}, port: ${receiver.port}, peerASN: 65001 }`],
        vips: [VIP.replace(' }', ', bind: lo }')],
      }),
    );
    await become(BOTH, 'both addresses');
    await until(async () => known((await receiver.record()).updates).length === 2, { what: 'the routes' });
    expect((await vipcast.cli('withdraw', BOTH[0]!)).code).toBe(0);
    await become([], 'no address');
    expect((await vipcast.cli('announce', BOTH[0]!)).code).toBe(0);
    await become(BOTH, 'both addresses again');
    await vipcast.stop();
    expect(await bound()).toEqual([]);

    await vipcast.restart();
    await become(BOTH, 'both addresses after a start');
    await vipcast.kill();
    expect(await bound()).toEqual(BOTH);
    expect((await vipcast.cli('withdraw', BOTH[1]!)).code).toBe(4);
    await vipcast.restart();
    await become([], 'no address after a crash and a withdrawal meanwhile');
  });
});
