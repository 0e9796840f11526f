import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { exec } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { CASES } from './cases.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');

const folders = (await readdir(import.meta.dirname, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const reportOf = (folder: string): string => join(import.meta.dirname, folder, 'report.jsonl');
const replay = (file: string) => exec(null, [NODE, MAIN, 'replay', file]);

/** What each case is there for. */
const TELLS: Readonly<Record<string, readonly RegExp[]>> = {
  'announce-withdraw': [/"type":"route.Announced"/, /"type":"route.Withdrawn"/, /"med":50/],
  collision: [/"name":"Cease\/Connection Collision Resolution"/],
  'refused-open': [/"name":"OPEN Message Error\/Bad Peer AS"/],
  'hold-timer': [/"name":"Hold Timer Expired"/],
  'operator-reset': [/"type":"operator.ResetRequested"/, /"name":"Cease\/Administrative Reset"/],
};

describe('the histories of all releases', () => {
  it('hold every case of the first', () => {
    const wanted = Object.entries(CASES).flatMap(([name, { routers }]) =>
      routers.map((router) => `0.1.0-${name}-${router}`),
    );
    expect(folders).toEqual(expect.arrayContaining(wanted));
  });

  it.each(folders)('%s', async (folder) => {
    const text = await readFile(reportOf(folder), 'utf8');
    const [, name = ''] = /^[\d.]+-(.*)-(?:bird|frr)$/.exec(folder) ?? [];
    for (const words of TELLS[name] ?? []) expect(text).toMatch(words);
    const { code, stdout } = await replay(reportOf(folder));
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^equal$/m)]);
    // Everything is compared: nothing older than the inputs, nothing after them, nothing that threw.
    const lines = stdout.split('\n').filter((line) => line !== '');
    const counted =
      /^(n1 \w+: \d+ (inputs, [1-9]\d* conclusions as recorded|statements about routes as decided)|equal|state \w+)$/;
    expect(lines.filter((line) => !counted.test(line))).toEqual([]);
  });

  it('would show what another release does otherwise', async () => {
    const folder = await scratch('history');
    try {
      const text = await readFile(reportOf('0.1.0-operator-reset-frr'), 'utf8');
      const other = join(folder, 'report.jsonl');
      for (const [recorded, instead] of [
        ['"name":"Cease/Administrative Reset"', '"name":"Cease"'],
        ['"asPath":[65001],"nextHops":["10.0.0.1"]', '"asPath":[65001],"nextHops":["10.0.0.9"]'],
      ] as const) {
        expect(text).toContain(recorded);
        await writeFile(other, text.replaceAll(recorded, instead));
        const { code, stdout } = await replay(other);
        expect([code, stdout]).toEqual([1, expect.stringMatching(/^ {2}DIFFERS at [\s\S]*^different$/m)]);
      }
    } finally {
      await discard(folder);
    }
  });
});
