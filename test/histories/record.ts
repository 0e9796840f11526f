import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../interop/node-binary.ts';
import { CASES, enact } from './cases.ts';

const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };

/** What led to a fact before the fact, so that a person can read along. */
const inOrderOfTime = (report: string): string =>
  report
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ line, at: (JSON.parse(line) as { at: number }).at }))
    .sort((a, b) => a.at - b.at)
    .map(({ line }) => `${line}\n`)
    .join('');

// What is there already is what a release did: it stays.
for (const [name, { routers }] of Object.entries(CASES))
  for (const router of routers) {
    const folder = join(import.meta.dirname, `${version}-${name}-${router}`);
    if (existsSync(folder)) continue;
    await enact(name, router, async (vipcast) => {
      const { code, stdout, stderr } = await vipcast.cli('log', 'export', '--format', 'jsonl');
      if (code !== 0) throw new Error(`vipcast log export ended with ${code}: ${stderr}`);
      await mkdir(folder);
      await writeFile(join(folder, 'report.jsonl'), inOrderOfTime(stdout));
    });
    console.log(`recorded ${folder}`);
  }
