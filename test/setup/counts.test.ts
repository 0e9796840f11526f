import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { exec } from '../interop/process.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'counts-'));
});

afterEach(() => rm(folder, { recursive: true }));

const lastLine = async (files: Readonly<Record<string, string>>): Promise<string | undefined> => {
  const config = `import { counts } from '${ROOT}/test/setup/counts.ts';
    export default { test: { globals: true, reporters: ['default', counts()] } };`;
  for (const [name, text] of Object.entries({ 'vitest.config.ts': config, ...files })) {
    await writeFile(join(folder, name), text);
  }
  const argv = [NODE, join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', folder];
  const { stdout } = await exec(null, argv, { timeout: 50_000 });
  return stdout.trimEnd().split('\n').at(-1);
};

it('counts tests by what became of them', async () => {
  const text = `it('a', () => {}); it('b', () => {}); it('c', () => { throw new Error(); });
    it.skip('d', () => {}); it.todo('e');`;
  expect(await lastLine({ 'one.test.ts': text })).toBe('2 passed, 1 failed, 2 skipped');
});

it('counts a file that does not load and a hook that throws', async () => {
  const hook = `describe('a', () => { beforeAll(() => { throw new Error(); }); it('b', () => {}); });`;
  const files = { 'broken.test.ts': 'throw new Error();', 'hook.test.ts': hook };
  expect(await lastLine(files)).toBe('0 passed, 2 failed, 1 skipped');
});
