/**
 * Checks the direction of imports, and that the check bites: the same tools must refuse a copy of the workspace into
 * which a violation was planted.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const bin = (name: string): string => join(ROOT, 'node_modules', '.bin', name);

interface Canary {
  readonly what: string;
  readonly file: string;
  readonly text: string;
  readonly command: readonly [string, ...string[]];
}

const canaries: readonly Canary[] = [
  {
    what: 'a package that imports from one below it in the house',
    file: 'packages/net/src/canary.ts',
    text: "import { frame } from '@vipcast/wire';\n\nexport const canary = frame;\n",
    command: ['turbo', 'boundaries'],
  },
  {
    what: 'a pure package that reads the clock',
    file: 'packages/net/src/canary.ts',
    text: 'export const canary = (): number => Date.now();\n',
    command: ['biome', 'lint', 'packages/net/src/canary.ts'],
  },
  {
    what: 'a pure package that imports node:fs',
    file: 'packages/net/src/canary.ts',
    text: "import { readFileSync } from 'node:fs';\n\nexport const canary = readFileSync;\n",
    command: ['biome', 'lint', 'packages/net/src/canary.ts'],
  },
];

const run = ([name, ...args]: Canary['command'], cwd: string) =>
  spawnSync(bin(name), args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
  });

const copyWorkspace = (): string => {
  const copy = mkdtempSync(join(tmpdir(), 'vipcast-canary-'));
  for (const part of [
    'package.json',
    'package-lock.json',
    'turbo.json',
    'biome.json',
    '.gitignore',
    'packages',
    'services',
    'test',
  ])
    cpSync(join(ROOT, part), join(copy, part), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  spawnSync('git', ['init', '-q'], { cwd: copy });
  return copy;
};

const fail = (message: string, output: string): never => {
  process.stderr.write(`${message}\n${output}\n`);
  process.exit(1);
};

const boundaries = run(['turbo', 'boundaries'], ROOT);
if (boundaries.status !== 0)
  fail('imports fight the direction of the house', boundaries.stdout + boundaries.stderr);

for (const { what, file, text, command } of canaries) {
  const copy = copyWorkspace();
  const clean = run(command[0] === 'turbo' ? command : ['biome', 'lint', 'packages/net'], copy);
  writeFileSync(join(copy, file), text);
  const planted = run(command, copy);
  rmSync(copy, { recursive: true });
  if (clean.status !== 0)
    fail(`the canary's own workspace is not clean (${command.join(' ')})`, clean.stdout + clean.stderr);
  if (planted.status === 0) fail(`${command.join(' ')} does not notice ${what}`, planted.stdout);
}
process.stdout.write(`boundaries hold, and the checks notice ${canaries.length} planted violations\n`);
