import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { type Running, spawn } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');

const runDemo = async (
  args: readonly string[],
  act: (demo: Running, folder: string) => Promise<void>,
): Promise<void> => {
  const folder = await scratch('demo');
  const demo = spawn(null, [NODE, MAIN, 'demo', ...args], { env: { TMPDIR: folder } });
  try {
    await act(demo, folder);
    expect(await demo.exited).toEqual({ code: 0, signal: null });
    expect(demo.stderr()).toBe('');
    expect(await readdir(folder)).toEqual([]);
  } finally {
    demo.signal('SIGKILL');
    await discard(folder);
  }
};

describe('the demo', () => {
  it('shows both families, a session lost and found, and ends by itself', async () => {
    await runDemo(['--for', '12s'], async (demo) => {
      await until(() => demo.stdout().includes('the demo ends after 12 s'), {
        what: 'the end',
        timeout: 40_000,
      });
      const announced = performance.now();
      await demo.exited;
      expect(performance.now() - announced).toBeLessThan(12_000);
      const story = demo.stdout();
      for (const node of ['n1', 'n2', 'n3']) {
        expect(story).toMatch(
          new RegExp(`router heard 192\\.0\\.2\\.10/32 from ${node}, next hop 127\\.0\\.0\\.1`),
        );
        expect(story).toMatch(new RegExp(`router heard 2001:db8:1::10/128 from ${node}, next hop ::ffff:`));
      }
      const cut = story.indexOf('cutting the cable between n2');
      expect(cut).toBeGreaterThan(0);
      const lost = story.indexOf('n2    session with router lost', cut);
      expect(lost).toBeGreaterThan(cut);
      expect(story.indexOf('n2    session with router established', lost)).toBeGreaterThan(lost);
      expect(story.slice(lost)).toContain('router heard 2001:db8:1::10/128 from n2');
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s, even twice', async (signal) => {
    await runDemo([], async (demo, folder) => {
      await until(() => demo.stdout().includes('router heard'), { what: 'a route', timeout: 20_000 });
      expect(await readdir(folder)).not.toEqual([]);
      process.kill(demo.pid, signal);
      process.kill(demo.pid, signal);
    });
  });
});
