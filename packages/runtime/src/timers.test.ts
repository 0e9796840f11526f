import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Clock } from './clock.ts';
import { createTimers, type Timers } from './timers.ts';

let expired: string[];
let timers: Timers;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] });
  expired = [];
  const clock = { monotonic: () => performance.now() } as Clock;
  timers = createTimers(clock, (name) => expired.push(name));
});

afterEach(() => {
  vi.useRealTimers();
});

it('expire once, at their deadline', () => {
  timers.start('HoldTimer', 100);
  vi.advanceTimersByTime(99);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(expired).toEqual(['HoldTimer']);
  vi.advanceTimersByTime(1000);
  expect(expired).toEqual(['HoldTimer']);
});

it('move with every start, later or earlier', () => {
  timers.start('a', 100);
  vi.advanceTimersByTime(90);
  timers.start('a', 100);
  vi.advanceTimersByTime(95);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(10);
  expect(expired).toEqual(['a']);
  timers.start('b', 1000);
  timers.start('b', 10);
  vi.advanceTimersByTime(12);
  expect(expired).toEqual(['a', 'b']);
});

it('expire although the timeout comes a fraction of a millisecond early', () => {
  let now = 0;
  const clock = { monotonic: () => now } as Clock;
  timers = createTimers(clock, (name) => expired.push(name));
  timers.start('a', 100);
  now = 99.6;
  vi.advanceTimersByTime(100);
  expect(expired).toEqual([]);
  now = 101;
  vi.advanceTimersByTime(2);
  expect(expired).toEqual(['a']);
});

it('stay silent once stopped', () => {
  timers.start('a', 10);
  timers.start('b', 10);
  timers.stop('a');
  vi.advanceTimersByTime(5);
  timers.stopAll();
  vi.advanceTimersByTime(100);
  expect(expired).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

it('are believed only after the sockets were read once more', async () => {
  vi.useRealTimers();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [peer] = (await once(server, 'connection')) as [Socket];
  const heard = new Promise<void>((resolve) =>
    peer.once('data', () => {
      timers.start('HoldTimer', 60_000);
      resolve();
    }),
  );
  timers.start('HoldTimer', 30);
  await new Promise<void>((resolve) => client.write('keepalive', () => resolve()));
  const stalled = performance.now() + 80;
  while (performance.now() < stalled);
  await heard;
  await new Promise((resolve) => setImmediate(resolve));
  expect(expired).toEqual([]);
  timers.stopAll();
  client.destroy();
  server.close();
});
