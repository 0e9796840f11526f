import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './testing.ts';

const BIN = fileURLToPath(new URL('../bin/vipcast.mjs', import.meta.url));
const folder = temporaryFolder();
afterAll(folder.remove);

/** A Node that cannot strip types, if this host has one. */
const OLD = ['/usr/bin/node', '/usr/local/bin/node'].find(
  (path) =>
    existsSync(path) &&
    Number.parseInt(spawnSync(path, ['-p', 'process.versions.node']).stdout.toString(), 10) < 24,
);

describe('the bin', () => {
  it('runs the program', () => {
    const { status, stdout } = spawnSync(process.execPath, [BIN, '--version']);
    expect([status, String(stdout)]).toEqual([0, '0.1.0\n']);
  });

  it.skipIf(OLD === undefined)('under an old Node runs again with the one it brings along', () => {
    const { status, stderr } = spawnSync(OLD!, [BIN, 'peers', '--journal', '/nowhere']);
    expect(String(stderr)).toContain('E_JOURNAL_MISSING');
    expect(status).toBe(4);
  });

  it.skipIf(OLD === undefined)('says in one line which Node it needs when it brings none', () => {
    mkdirSync(join(folder.path, 'bin'));
    const alone = join(folder.path, 'bin', 'vipcast.mjs');
    copyFileSync(BIN, alone);
    const { status, stderr } = spawnSync(OLD!, [alone, 'peers']);
    expect(String(stderr)).toMatch(
      /^error: vipcast needs Node 24 or newer; this is v\d.* \(E_NODE_VERSION\)\n$/,
    );
    expect(status).toBe(2);
  });
});
