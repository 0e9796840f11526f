import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const SCRIPT = `
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

it.runIf(process.platform === 'linux')('gives back what was freed', () => {
  const argv = ['--expose-gc', '--input-type=module', '--eval', SCRIPT];
  const output = execFileSync(process.execPath, argv, { cwd: import.meta.dirname, encoding: 'utf8' });
  expect(Number(output.split(' ')[0])).toBeGreaterThan(20 * MEGABYTE);
});
