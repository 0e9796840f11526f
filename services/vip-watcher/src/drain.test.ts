import { type Draft, problemWith, type RecordedFact, stamp } from '@vipcast/events';
import { type Log, memoryLog } from '@vipcast/log';
import { createClock, createLogger } from '@vipcast/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import type { Binder } from './bindings.ts';
import { startVipWatcher } from './vip-watcher.ts';

const clock = createClock();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const noInterfaces: Binder = {
  bind: async () => ({ ok: true, changed: true }),
  unbind: async () => ({ ok: true, changed: true }),
  bound: async () => [],
};

const start = (log: Log) => {
  const options = { log, cluster: 'prod', node: 'n7', logger: createLogger('silent'), binder: noInterfaces };
  const watcher = startVipWatcher(options);
  cleanups.push(watcher.stop);
  return watcher;
};

const append = (log: Log, draft: Draft, writer = 'n7/test'): RecordedFact =>
  log
    .writer(writer)
    .append([stamp(draft, { cluster: 'prod', node: 'n7', id: clock.uuid(), at: clock.wall() })])[0]!;

const web = { name: 'web', addresses: ['192.0.2.10'], healthCheck: null, bind: null };
const configure = (log: Log, config: object) =>
  append(log, {
    type: 'node.ConfigApplied',
    of: 'n7',
    data: { file: 'vipcast.yaml', digest: '', plan: [], config: { vips: [web], ...config } },
  });
const wish = (log: Log, type: 'operator.DrainRequested' | 'operator.UndrainRequested') =>
  append(log, { type, of: 'alice', data: { by: 'alice' } });

const said = (log: Log) => [...log.read()].filter(({ writer }) => writer === 'n7/vip-watcher');
const lines = (log: Log) =>
  said(log).map(({ type, data }) => ('reason' in data ? `${type} ${data.reason}` : type));

describe('draining a node', () => {
  it('withdraws in two steps that name the wish, and is taken back', async () => {
    const log = memoryLog();
    start(log);
    configure(log, { bgp: { drainTime: 50 } });
    const asked = wish(log, 'operator.DrainRequested');
    const drained = [
      'vip.Advertised configured',
      'node.DrainStarted',
      'vip.Advertised draining',
      'vip.Withdrawn drained',
      'node.Drained',
    ];
    await expect.poll(() => lines(log)).toEqual(drained);
    for (const { type, data, causationId } of said(log).slice(1)) {
      expect(causationId).toBe(asked.id);
      expect(problemWith(type, data)).toBeUndefined();
    }
    wish(log, 'operator.UndrainRequested');
    await expect
      .poll(() => lines(log).slice(drained.length))
      .toEqual(['node.Undrained', 'vip.Advertised configured']);
  });

  it('goes on after a restart, and is not asked for again', async () => {
    const log = memoryLog();
    const first = start(log);
    configure(log, { bgp: { drainTime: 60_000 } });
    wish(log, 'operator.DrainRequested');
    await expect.poll(() => lines(log).at(-1)).toBe('vip.Advertised draining');
    await first.stop();
    const before = lines(log).length;
    const second = start(log);
    wish(log, 'operator.DrainRequested');
    await expect.poll(() => lines(log).slice(before)).toEqual(['node.DrainStarted']);
    configure(log, { bgp: { drainTime: 50 } });
    await expect.poll(() => lines(log).slice(before + 1)).toEqual(['vip.Withdrawn drained', 'node.Drained']);
    await second.stop();
    start(log);
    wish(log, 'operator.UndrainRequested');
    await expect
      .poll(() => lines(log).slice(before + 3))
      .toEqual(['node.Undrained', 'vip.Advertised configured']);
  });

  it('that was asked for while nobody was there begins at the start', async () => {
    const log = memoryLog();
    configure(log, { bgp: { drainTime: 50 } });
    wish(log, 'operator.DrainRequested');
    start(log);
    await expect.poll(() => lines(log).at(-1)).toBe('node.Drained');
  });
});

describe('the VIP of a Service', () => {
  const advertised = (log: Log) =>
    append(
      log,
      {
        type: 'vip.Advertised',
        of: 'default/web',
        data: {
          vip: 'default/web',
          addresses: ['192.0.2.20'],
          source: 'kubernetes',
          object: 'Service default/web',
          advertisements: ['all'],
          leftOut: [{ address: '2001:db8::1', reason: 'of a later release', because: 'so it is' }],
          reason: 'endpoints',
          because: 'an endpoint of it is ready',
        },
      },
      'n7/vip-watcher',
    );

  it('stays advertised after a restart, as long as Services are wished for', async () => {
    const log = memoryLog();
    advertised(log);
    configure(log, { kubernetes: { enabled: true } });
    start(log);
    append(log, {
      type: 'operator.WithdrawRequested',
      of: 'alice',
      data: { by: 'alice', addresses: ['192.0.2.20'] },
    });
    await expect
      .poll(() => lines(log).slice(1))
      .toEqual(['vip.Advertised configured', 'vip.Withdrawn operator-withdrew']);
    expect(said(log).at(-1)?.data).toMatchObject({ object: 'Service default/web', advertisements: ['all'] });
  });

  it('ends with a configuration without Kubernetes', async () => {
    const log = memoryLog();
    advertised(log);
    configure(log, { kubernetes: { enabled: false } });
    start(log);
    await expect.poll(() => lines(log)).toContain('vip.Withdrawn removed-from-config');
  });
});
