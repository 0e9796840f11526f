import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { exec, type Outcome } from '../interop/process.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { localPeer, nodeYaml } from './configuration.ts';
import { known } from './route-table.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');
const PEER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };

const cleanups: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each[Symbol.asyncDispose]();
});
const kept = <T extends AsyncDisposable>(each: T): T => {
  cleanups.push(each);
  return each;
};

const start = async (): Promise<{ receiver: Receiver; vipcast: Vipcast }> => {
  const receiver = kept(await startReceiver(PEER));
  const peers = [localPeer('tor', receiver.port), localPeer('gone', 9)];
  const vips = ["{ name: web, addresses: [192.0.2.10, '2001:db8:1::10'] }"];
  const vipcast = kept(await startVipcast(null, nodeYaml({ peers, vips })));
  await until(() => known(receiver.updates).length === 2, {
    what: 'the routes',
    timeout: 20_000,
    explain: vipcast.stderr,
  });
  return { receiver, vipcast };
};

/** A new folder with the daemon's files in it, and no daemon. */
const copyOf = async ({ folder }: Vipcast): Promise<string> => {
  const copy = join(await scratch('copy'), 'elsewhere');
  kept({ [Symbol.asyncDispose]: () => discard(copy) });
  await mkdir(copy);
  for (const name of await readdir(folder))
    if (name.startsWith('journal.db')) await copyFile(join(folder, name), join(copy, name));
  return join(copy, 'journal.db');
};

/** Replays in a network namespace that has not even a loopback. */
const replay = (...args: readonly string[]): Promise<Outcome> =>
  exec(null, ['unshare', '--net', NODE, MAIN, 'replay', ...args]);

const hashIn = ({ stdout }: Outcome): string | undefined => /^state ([0-9a-f]{64})$/m.exec(stdout)?.[1];

describe.skipIf(!have('namespaces'))('a replay', () => {
  it('of a copied journal gives the same state without a network, and so does a report', async () => {
    const { receiver, vipcast } = await start();
    expect((await vipcast.cli('announce', '198.51.100.1')).code).toBe(0);
    expect((await vipcast.cli('withdraw', '192.0.2.10')).code).toBe(0);
    receiver.disconnect();
    await until(() => receiver.establishedCount() === 2, { what: 'the session again', timeout: 20_000 });
    await vipcast.stop();

    const here = await vipcast.cli('replay');
    expect([here.code, here.stdout]).toEqual([0, expect.stringMatching(/^equal$/m)]);
    expect(hashIn(here)).toBeDefined();
    const journal = await copyOf(vipcast);
    const there = await replay(journal);
    expect(there).toEqual({ ...here, stderr: there.stderr });

    const report = join(vipcast.folder, 'report.jsonl');
    expect((await vipcast.cli('log', 'export', '--format', 'jsonl', '-O', report)).code).toBe(0);
    expect(await replay(report)).toEqual({ ...here, stderr: '' });
  });

  it('covers a daemon that was killed and came back, and one that runs', async () => {
    const { receiver, vipcast } = await start();
    await vipcast.kill();
    await until(() => !receiver.established(), { what: 'the connection to end' });
    await vipcast.restart();
    await until(() => receiver.establishedCount() === 2, { what: 'the session again', timeout: 20_000 });
    await vipcast.configure(nodeYaml({ peers: [localPeer('tor', receiver.port, 'holdTime: 6s')] }));
    await until(
      async () => {
        const { code, stdout } = await replay(vipcast.journal, '--peer', 'tor');
        expect([code, stdout]).toEqual([0, expect.stringMatching(/^equal$/m)]);
        return (await vipcast.cli('log')).stdout.includes('removed-from-config');
      },
      { what: 'a change of the configuration', timeout: 20_000, explain: vipcast.stderr },
    );
    await vipcast.stop();
    const { code, stdout } = await replay(vipcast.journal, '--step');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^equal$/m)]);
    expect(stdout).toMatch(/n1\/tor\/1 {2}BytesReceived outgoing: OPEN/);
    expect(stdout).toMatch(/so session\.Established: Established with 127\.0\.0\.1 AS 65001/);
    expect(stdout).toMatch(/do send outgoing: NOTIFICATION/);
  });

  it('has an exit status for each way to end', async () => {
    const { vipcast } = await start();
    await vipcast.stop();
    const report = join(vipcast.folder, 'report.jsonl');
    await vipcast.cli('log', 'export', '--format', 'jsonl', '-O', report);
    const lines = (await exec(null, ['cat', report])).stdout.split('\n');
    const changed = join(vipcast.folder, 'changed.jsonl');
    await writeFile(
      changed,
      lines.map((line) => line.replace('"to":"OpenSent"', '"to":"Active"')).join('\n'),
    );
    const different = await replay(changed);
    expect([different.code, different.stdout]).toEqual([
      1,
      expect.stringMatching(
        /DIFFERS at input \d+, .*: TcpConnectionConfirmed .*\n.*came out: .*"to":"OpenSent".*\n.*recorded: .*"to":"Active"/,
      ),
    ]);

    const facts = join(vipcast.folder, 'facts.jsonl');
    await writeFile(facts, lines.filter((line) => !line.includes('"input":')).join('\n'));
    const failed = await Promise.all([
      replay(facts),
      replay(vipcast.journal, '--peer', 'nobody'),
      replay(join(vipcast.folder, 'missing.db')),
      replay(vipcast.journal, '--to', 'tomorrow'),
    ]);
    expect(failed.map(({ code, stdout }) => [code, stdout])).toEqual([5, 5, 4, 2].map((code) => [code, '']));
    const begun = await replay(vipcast.journal, '--to', 'seq:6', '--peer', 'tor');
    expect([begun.code, begun.stdout]).toEqual([0, expect.stringMatching(/^equal$/m)]);
    expect(hashIn(begun)).not.toBe(hashIn(await replay(vipcast.journal, '--peer', 'tor')));
  });
});
