import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createClock } from '@vipcast/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import { type Threads, watchThreads } from './threads.ts';

let now = 0;
let threads: Threads | undefined;
let worker: Worker | undefined;
afterEach(async () => {
  threads?.stop();
  await worker?.terminate();
});

const start = async (code: string): Promise<Threads> => {
  now = 0;
  threads = watchThreads({ ...createClock(), monotonic: () => now });
  worker = new Worker(code, { eval: true });
  await once(worker, 'online');
  return threads;
};

describe('a thread', () => {
  it('is still no longer than since the last look, while its loop turns', async () => {
    const { look } = await start("require('node:worker_threads').parentPort.on('message', () => {})");
    await expect.poll(() => look()).toEqual([{ begun: true, still: 0 }]);
    now = 60_000;
    await expect.poll(() => look()).toEqual([{ begun: true, still: 0 }]);
  });

  it('is still when it computes and does not end', async () => {
    const { look } = await start(
      "require('node:worker_threads').parentPort.on('message', () => { for (;;); })",
    );
    await expect.poll(() => look()[0]?.begun).toBe(true);
    worker?.postMessage('spin');
    // Looks come every so often; its loop must have had the time to take the message.
    await expect
      .poll(() => {
        now += 1000;
        return look()[0]?.still ?? 0;
      })
      .toBeGreaterThan(10_000);
  });

  it('is forgotten when it has ended', async () => {
    const { look } = await start('');
    await expect.poll(() => look()).toEqual([]);
  });
});
