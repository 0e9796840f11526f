import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localPeer } from '../daemon/configuration.ts';
import { known } from '../daemon/route-table.ts';
import { createSmallDisk, type SmallDisk } from '../daemon/small-disk.ts';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import type { Outcome, Running } from '../interop/process.ts';
import { startReceiver } from '../interop/receiver.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { have } from '../setup/packages.ts';
import { SERVICES } from './apart.ts';
import { startNats } from './nats.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');
const PEER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };
const ALL = ['192.0.2.10/32', '192.0.2.20/32'];

describe.skipIf(!have('namespaces', 'nats-server 2.14'))('services apart on one full disk', () => {
  let cleanup: AsyncDisposableStack;
  beforeEach(() => {
    cleanup = new AsyncDisposableStack();
  });
  afterEach(() => cleanup.disposeAsync());

  it('decide, hear each other over NATS, and write it all down later', { timeout: 120_000 }, async () => {
    const receiver = cleanup.use(await startReceiver(PEER));
    const nats = cleanup.use(await startNats('2.14'));
    const folder = await scratch('apart-disk');
    cleanup.defer(() => discard(folder));
    const disk: SmallDisk = cleanup.use(await createSmallDisk('6m'));
    const [file, well] = [join(folder, 'vipcast.yaml'), join(folder, 'well')];
    const journal = join(disk.folder, 'journal.db');
    await writeFile(well, '');
    await writeFile(
      file,
      `cluster: test
node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7, holdTime: 9s, connectRetryTime: 1s }
peers: [${localPeer('tor', receiver.port)}]
vips:
  - { name: web, addresses: [192.0.2.10] }
  - { name: probed, addresses: [192.0.2.20], healthCheck: { exec: 'test -e ${well}', interval: 200ms, timeout: 150ms, rise: 1, fall: 2 } }
log: { journal: ${journal}, nats: { servers: ['${nats.url}'], replicas: 1 } }
`,
    );
    const processes = SERVICES.map((service): Running => {
      const running = disk.spawn([NODE, MAIN, 'run', service, '-c', file]);
      cleanup.defer(async () => {
        running.signal('SIGKILL');
        await running.exited;
      });
      return running;
    });
    const explain = (): string => processes.map((each) => each.stderr()).join('');
    const hear = (prefixes: readonly string[], what: string): Promise<unknown> =>
      until(() => expect(known(receiver.updates)).toEqual(prefixes) ?? true, {
        what,
        timeout: 30_000,
        explain,
      });
    const spools = [journal, `${journal}.next-hop-resolver`, `${journal}.speaker`];
    const askAll = (...args: readonly string[]): Promise<readonly Outcome[]> =>
      Promise.all(spools.map((spool) => disk.exec([NODE, MAIN, ...args, '--journal', spool])));

    await hear(ALL, 'the routes');
    disk.fill();
    await rm(well);
    await hear(['192.0.2.10/32'], 'the withdrawal');
    await writeFile(well, '');
    await hear(ALL, 'the announcement');
    receiver.clear();
    receiver.disconnect();
    await hear(ALL, 'the routes on a new session');
    for (const { code, stdout } of await askAll('status'))
      expect([code, stdout]).toEqual([3, expect.stringContaining('LOG degraded')]);

    disk.free();
    await until(async () => (await askAll('status')).every(({ code }) => code === 0), {
      what: 'logs that are well',
      timeout: 20_000,
      interval: 300,
      explain,
    });
    for (const { code, stdout } of await askAll('log', 'verify')) expect([stdout, code]).toEqual([stdout, 0]);
    const decisions = (await askAll('log', '-o', 'json')).map(({ stdout }) =>
      stdout
        .split('\n')
        .filter((line) => /"(vip|session|nexthop)\.[A-Z]/.test(line))
        .map((line) => (JSON.parse(line) as { id: string }).id)
        .toSorted(),
    );
    expect(decisions[0]!.length).toBeGreaterThan(6);
    expect(decisions[1]).toEqual(decisions[0]);
    expect(decisions[2]).toEqual(decisions[0]);
    expect(receiver.establishedCount()).toBe(2);
    expect(explain()).not.toMatch(/"level":60/);
  });
});
