import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import type { Outcome, Running } from '../interop/process.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { have } from '../setup/packages.ts';
import { localPeer, nodeYaml, replaceFile, withJournalOf } from './configuration.ts';
import { advertisedIn, logOf } from './log-of.ts';
import { known, routeTable } from './route-table.ts';
import { createFragileDisk, createSmallDisk, type SmallDisk } from './small-disk.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');
const PEER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };
const WEB = ['192.0.2.10/32', '2001:db8:1::10/128'];
const PROBED = '192.0.2.20/32';
const BOTH = ['192.0.2.10/32', PROBED, '2001:db8:1::10/128'];
const NEXT_HOP = 3;

describe.skipIf(!have('namespaces'))('a vipcast whose journal cannot be written', () => {
  let cleanup: AsyncDisposableStack;
  let disk: SmallDisk;
  let receiver: Receiver;
  let vipcast: Running;
  let folder: string;

  const well = (): string => join(folder, 'well');
  const file = (): string => join(folder, 'vipcast.yaml');
  const journal = (): string => join(disk.folder, 'journal.db');
  const yaml = (...more: readonly string[]): string => {
    const check = `{ exec: 'test -e ${well()}', interval: 200ms, timeout: 150ms, rise: 1, fall: 2 }`;
    return withJournalOf(
      { journal: journal() },
      nodeYaml({
        peers: [localPeer('tor', receiver.port)],
        vips: [
          "{ name: web, addresses: [192.0.2.10, '2001:db8:1::10'] }",
          `{ name: probed, addresses: [192.0.2.20], healthCheck: ${check} }`,
          ...more,
        ],
      }),
    );
  };
  const start = (): void => {
    vipcast = disk.spawn([NODE, MAIN, 'up', '-c', file()]);
  };
  const cli = (...args: readonly string[]): Promise<Outcome> =>
    disk.exec([NODE, MAIN, ...args, '--journal', journal()]);
  const hear = (prefixes: readonly string[], what: string): Promise<unknown> =>
    until(() => expect(known(receiver.updates)).toEqual(prefixes) ?? true, {
      what,
      timeout: 20_000,
      explain: () => vipcast.stderr(),
    });
  const untilWell = (): Promise<unknown> =>
    until(async () => (await cli('status')).code === 0, { what: 'a log that is well', interval: 300 });

  const begin = async (fresh: Promise<SmallDisk>): Promise<void> => {
    disk = cleanup.use(await fresh);
    await writeFile(well(), '');
    await writeFile(file(), yaml());
    start();
    cleanup.defer(async () => {
      vipcast.signal('SIGKILL');
      await vipcast.exited;
    });
    await hear(BOTH, 'the routes');
  };

  beforeEach(async () => {
    cleanup = new AsyncDisposableStack();
    folder = await scratch('disk-config');
    cleanup.defer(() => discard(folder));
    receiver = cleanup.use(await startReceiver(PEER));
  });
  afterEach(() => cleanup.disposeAsync());

  /** Everything that can be decided, one after the other, while nothing can be recorded. */
  const decideAll = async (): Promise<void> => {
    await rm(well());
    await hear(WEB, 'the withdrawal');
    await writeFile(well(), '');
    await hear(BOTH, 'the announcement');
    receiver.clear();
    receiver.disconnect();
    await hear(BOTH, 'the routes on a new session');
    // IPv6 routes carry theirs in MP_REACH_NLRI (RFC 4760 §3).
    const nextHops = [...routeTable(receiver.updates)].map(([prefix, route]) => [
      prefix,
      route.get(NEXT_HOP),
    ]);
    expect(Object.fromEntries(nextHops)).toEqual({
      '192.0.2.10/32': '7f000001',
      [PROBED]: '7f000001',
      '2001:db8:1::10/128': undefined,
    });
    await replaceFile(file(), yaml('{ name: more, addresses: [192.0.2.30] }'));
    await hear([...BOTH, '192.0.2.30/32'].toSorted(), 'the VIP that was added');
    const { code, stdout } = await cli('status');
    expect([code, stdout]).toEqual([
      3,
      expect.stringMatching(/LOG degraded: since .*, because .*, facts held: [1-9]/),
    ]);
    const complaints = vipcast.stderr().split('the log cannot be written').length - 1;
    // Each of its two threads may say so once.
    expect([1, 2]).toContain(complaints);
  };

  it('for a full disk goes on from memory, and writes all of it once there is room', {
    timeout: 120_000,
  }, async () => {
    await begin(createSmallDisk('4m'));
    const before = await logOf({ cli });
    disk.fill();
    await decideAll();
    const refused = await cli('announce', '198.51.100.1');
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('no space is left')]);
    disk.free();
    await untilWell();
    const verified = await cli('log', 'verify');
    expect([verified.stdout, verified.code]).toEqual([verified.stdout, 0]);
    const after = await logOf({ cli });
    expect(after.slice(0, before.length)).toEqual(before);
    const since = after.slice(before.length);
    const vips = since.filter(({ type }) => type.startsWith('vip.'));
    expect(vips.map(({ type, data }) => `${type} ${data.vip}`)).toEqual([
      'vip.Withdrawn probed',
      'vip.Advertised probed',
      'vip.Advertised more',
    ]);
    expect(since.filter(({ type }) => type === 'session.Established')).toHaveLength(1);
    expect(since.filter(({ type }) => type === 'node.ConfigApplied')).toHaveLength(1);
    expect(advertisedIn(after)).toEqual(known(receiver.updates));
    expect((await cli('announce', '198.51.100.1')).code).toBe(0);
    expect(receiver.establishedCount()).toBe(2);
  });

  it('for a full disk starts again on what it knew', { timeout: 120_000 }, async () => {
    await begin(createSmallDisk('4m'));
    disk.fill();
    vipcast.signal('SIGKILL');
    await vipcast.exited;
    receiver.clear();
    start();
    await hear(BOTH, 'the routes after a start');
    await rm(well());
    await hear(WEB, 'the withdrawal');
    disk.free();
    await untilWell();
    expect((await cli('log', 'verify')).code).toBe(0);
    expect(advertisedIn(await logOf({ cli }))).toEqual(WEB);
  });

  it.skipIf(!existsSync('/dev/loop-control'))(
    'for a disk that has become read-only goes on from memory',
    {
      timeout: 120_000,
    },
    async () => {
      await begin(createFragileDisk());
      const before = await logOf({ cli });
      await disk.fail();
      await decideAll();
      expect((await logOf({ cli })).slice(0, before.length)).toEqual(before);
    },
  );
});
