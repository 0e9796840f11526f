import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const TRIM = `
  import { trimMemory } from './memory.ts';
  const kept = [];
  let freed = [];
  // What is kept lies between what is freed, so that nothing goes back by itself.
  for (let i = 0; i < 10_000; i++) {
    freed.push(Buffer.allocUnsafeSlow(9000).fill(1));
    kept.push(Buffer.allocUnsafeSlow(40));
  }
  freed = undefined;
  gc();
  const before = process.memoryUsage.rss();
  trimMemory();
  console.log(before - process.memoryUsage.rss(), kept.length);
`;
const MEGABYTE = 1e6;

/** glibc reserves 64 MB for an arena. */
const ARENAS = `
  import { once } from 'node:events';
  import { readFileSync } from 'node:fs';
  import { Worker } from 'node:worker_threads';
  import { shareArena } from './memory.ts';
  if (process.env.SHARE) shareArena();
  const workers = Array.from({ length: 4 }, () => new Worker('setInterval(() => {}, 1000)', { eval: true }));
  await Promise.all(workers.map((worker) => once(worker, 'online')));
  let arenas = 0;
  let before = 0n;
  for (const line of readFileSync('/proc/self/maps', 'utf8').split('\\n')) {
    const [, from, to, rights] = /^(\\w+)-(\\w+) (\\S+)/.exec(line) ?? [];
    if (from === undefined) continue;
    const isReserve = rights === '---p' && BigInt('0x' + to) % 0x4000000n === 0n;
    if (isReserve && BigInt('0x' + to) - before === 0x4000000n) arenas++;
    before = BigInt('0x' + from);
  }
  console.log(arenas);
  process.exit();
`;

const run = (script: string, env: Record<string, string> = {}): string =>
  execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });

it.runIf(process.platform === 'linux')('gives back what was freed', () => {
  expect(Number(run(TRIM).split(' ')[0])).toBeGreaterThan(20 * MEGABYTE);
});

it.runIf(process.platform === 'linux')('has threads share an arena', () => {
  expect(Number(run(ARENAS, { SHARE: '1' }))).toBeLessThan(Number(run(ARENAS)));
});
