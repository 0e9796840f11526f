import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, createClock } from '@vipcast/runtime';
import type { HealthCheck } from '@vipcast/vip';
import { afterEach, describe, expect, it } from 'vitest';
import { deadline } from './deadline.ts';
import type { Outcome } from './outcome.ts';
import { createProbes, type Probes } from './schedule.ts';

const clock = createClock();
const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const serve = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

const probes = (options: { clock?: Clock } = {}): { probes: Probes; heard: [string, Outcome][] } => {
  const heard: [string, Outcome][] = [];
  const running = createProbes(options.clock ?? clock, (vip, outcome) => heard.push([vip, outcome]));
  cleanups.push(() => running.stop('web'));
  return { probes: running, heard };
};

const check = (target: string, times: Partial<HealthCheck> = {}) =>
  ({ kind: 'http', target, interval: 10, timeout: 1000, rise: 1, fall: 1, ...times }) as HealthCheck;

describe('probes', () => {
  it('go on at their interval, one at a time', async () => {
    let [busy, most, count] = [0, 0, 0];
    const target = await serve(
      createServer((_, response) => {
        most = Math.max(most, ++busy);
        // Slower than the interval.
        setTimeout(() => {
          busy--;
          count++;
          response.end();
        }, 25);
      }),
    );
    const { probes: running, heard } = probes();
    running.start('web', check(target));
    await expect.poll(() => heard.length).toBeGreaterThan(5);
    expect(most).toBe(1);
    expect(count).toBeGreaterThanOrEqual(heard.length);
    expect(heard.every(([vip, { healthy }]) => vip === 'web' && healthy)).toBe(true);
  });

  it('time out', async () => {
    const { probes: running, heard } = probes();
    running.start('web', check(await serve(createServer(() => undefined)), { timeout: 50 }));
    await expect.poll(() => heard[0]).toEqual(['web', { healthy: false, detail: 'timed out after 50 ms' }]);
  });

  it.each([
    ['as long as', 200, 200, 200],
    ['longer than', 100, 250, 250],
  ])('that time out after a time %s their interval go on at once', async (_, interval, timeout, expected) => {
    const asked: number[] = [];
    const target = await serve(createServer(() => asked.push(performance.now())));
    const { probes: running, heard } = probes();
    running.start('web', check(target, { interval, timeout }));
    await expect.poll(() => asked.length, { timeout: 20_000 }).toBe(8);
    const gaps = asked
      .slice(1)
      .map((at, i) => at - asked[i]!)
      .sort((a, b) => a - b);
    // The one in the middle: this machine may be busy now and then. To leave a round out would be an interval more.
    expect(gaps[3]).toBeGreaterThan(expected - 20);
    expect(gaps[3]).toBeLessThan(expected + 40);
    expect(heard.every(([, { detail }]) => detail === `timed out after ${timeout} ms`)).toBe(true);
  });

  it('of which many rounds were missed make up for one, and keep their place within the interval', async () => {
    let behind = 0;
    const late: Clock = { ...clock, monotonic: () => performance.now() + behind, random: () => 0.5 };
    const asked: number[] = [];
    const target = await serve(
      createServer((_, response) => {
        asked.push(late.monotonic());
        response.end();
      }),
    );
    const { probes: running } = probes({ clock: late });
    const begun = late.monotonic();
    running.start('web', check(target, { interval: 400 }));
    await expect.poll(() => asked.length).toBe(1);
    // The machine sleeps for ten rounds, of which the timers know nothing.
    behind = 4000;
    await expect.poll(() => asked.length, { timeout: 20_000 }).toBe(5);
    // Made up one by one, ten rounds would take no time.
    expect(asked[1]! - asked[0]!).toBeGreaterThan(3900);
    expect(asked[4]! - asked[1]!).toBeGreaterThan(400);
    const places = asked.slice(2).map((at) => (at - begun - 200) % 400);
    expect(Math.min(...places)).toBeLessThan(120);
  });

  it('are silent once stopped, even about what was going on', async () => {
    let asked = 0;
    let gone = 0;
    const server = createServer((request) => {
      asked++;
      request.on('close', () => gone++);
    });
    const { probes: running, heard } = probes();
    running.start('web', check(await serve(server)));
    await expect.poll(() => asked).toBe(1);
    running.stop('web');
    await expect.poll(() => gone).toBe(1);
    expect(heard).toEqual([]);
  });

  it('leave their place to others', async () => {
    const { probes: running, heard } = probes();
    running.start('web', check('http://127.0.0.1:1/', { interval: 100_000 }));
    running.start('web', check(await serve(createServer((_, response) => response.end()))));
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    expect(heard[0]?.[1].healthy).toBe(true);
  });

  it('begin anywhere within the interval', async () => {
    const target = await serve(createServer((_, response) => response.end()));
    for (const [random, begins] of [
      [0, true],
      [0.999, false],
    ] as const) {
      const { probes: running, heard } = probes({ clock: { ...clock, random: () => random } });
      running.start('web', check(target, { interval: 60_000 }));
      const { probes: other, heard: reference } = probes({ clock: { ...clock, random: () => 0 } });
      other.start('web', check(target));
      await expect.poll(() => reference.length).toBeGreaterThan(2);
      expect(heard.length > 0).toBe(begins);
      running.stop('web');
      other.stop('web');
    }
  });

  it('report what could not even begin', async () => {
    const { probes: running, heard } = probes();
    running.start('web', check('no URL'));
    await expect.poll(() => heard[0]?.[1]).toEqual({ healthy: false, detail: 'Invalid URL' });
  });
});

describe('a deadline', () => {
  const stall = (ms: number): void => {
    const until = performance.now() + ms;
    while (performance.now() < until);
  };

  it('gives back the time that this process slept', async () => {
    const order: string[] = [];
    deadline(clock, 30, () => order.push('deadline'));
    setTimeout(() => order.push('answer'), 40);
    stall(80);
    await expect.poll(() => order).toEqual(['answer', 'deadline']);
  });

  it('does not come once it was kept', async () => {
    let expired = false;
    const kept = deadline(clock, 5, () => {
      expired = true;
    });
    kept();
    await new Promise<void>((resolve) => {
      deadline(clock, 10, resolve);
    });
    expect(expired).toBe(false);
  });
});
