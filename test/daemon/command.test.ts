import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { exec, type Outcome } from '../interop/process.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { localPeer, nodeYaml } from './configuration.ts';
import { known } from './route-table.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');
const VIPCAST = `${NODE} ${MAIN}`;

let router: Receiver;
let vipcast: Vipcast;

beforeAll(async () => {
  router = await startReceiver({
    localASN: 65001,
    routerId: '10.0.0.1',
    address: '127.0.0.1',
    port: 0,
    holdTime: 9,
  });
  // Nobody listens at the second: there is a new fact every second.
  const peers = [localPeer('tor', router.port), localPeer('dead', 1)];
  const vips = ["{ name: web, addresses: [192.0.2.10, '2001:db8:1::10'] }"];
  vipcast = await startVipcast(null, nodeYaml({ peers, vips }));
  await until(() => known(router.updates).length === 2, { what: 'the routes', explain: vipcast.stderr });
});

afterAll(async () => {
  await vipcast?.[Symbol.asyncDispose]();
  await router?.[Symbol.asyncDispose]();
});

/** Runs a line of shell; `$J` is the journal. */
const shell = (line: string): Promise<Outcome> =>
  exec(null, ['bash', '-c', line], { env: { J: vipcast.journal }, cwd: vipcast.folder });

describe.concurrent('the command', () => {
  it.each<[exit: number, code: string, args: readonly string[]]>([
    [2, 'E_USAGE', ['annonce', '192.0.2.1']],
    [2, 'E_USAGE', ['peers', '--colour']],
    [2, 'E_USAGE', ['peers', '--peer']],
    [2, 'E_USAGE', ['peers', '--peer', '']],
    [2, 'E_ADDRESS', ['announce', '1.2.3.4/24']],
    [2, 'E_ADDRESS', ['announce', '0/0']],
    [1, 'E_REFUSED', ['announce', '192.0.2.10']],
    [5, 'E_NOT_FOUND', ['withdraw', '192.0.2.99']],
    [5, 'E_NOT_FOUND', ['reset', 'nobody']],
  ])('exits %d with %s on %j', async (exit, code, args) => {
    const { code: exited, stdout, stderr } = await vipcast.cli(...args);
    expect(stderr).toMatch(new RegExp(`^error: .*\\(${code}\\)$`, 'm'));
    expect(stderr).not.toContain('    at ');
    expect([exited, stdout]).toEqual([exit, '']);
    expect(known(router.updates)).toContain('192.0.2.10/32');
  });

  it('exits 0 when all is well, 3 when it is not, 4 when there is no log', async () => {
    expect((await vipcast.cli('peers')).code).toBe(0);
    const { code, stdout } = await vipcast.cli('status');
    expect([code, stdout]).toEqual([3, expect.stringContaining('session with dead')]);
    expect((await shell(`${VIPCAST} peers --journal $J.missing`)).code).toBe(4);
  });

  it('exits 6 on a question about what is no longer kept', async () => {
    const old = join(vipcast.folder, 'old.db');
    for (const suffix of ['', '-wal']) await copyFile(vipcast.journal + suffix, old + suffix);
    const db = new DatabaseSync(old);
    db.exec('DELETE FROM facts WHERE position < 5');
    db.close();
    const { code, stderr } = await shell(`${VIPCAST} peers --at seq:2 --journal ${old}`);
    expect([code, stderr]).toEqual([6, expect.stringContaining('(E_TOO_OLD)')]);
  });

  it('ends without a word when nobody reads on', async () => {
    const { stdout, stderr } = await shell(
      `${VIPCAST} log -f -o json --journal $J | head -1; echo \${PIPESTATUS[0]}`,
    );
    expect([stdout.split('\n').length, stderr]).toEqual([3, '']);
    expect(stdout).toMatch(/^\{.*\}\n0\n$/);
  });

  it('says so when its output cannot be written', async () => {
    const { code, stderr } = await shell(`${VIPCAST} peers --journal $J > /dev/full`);
    expect(stderr).toMatch(/no space left/i);
    expect(stderr).not.toContain('    at ');
    expect(code).not.toBe(0);
  });

  it.each([20, 1])('shows a list on a terminal of %d columns', async (columns) => {
    const line = `stty cols ${columns}; ${VIPCAST} peers tor --journal ${vipcast.journal}`;
    const { code, stdout } = await exec(null, ['script', '-qec', line, '/dev/null'], {
      env: { NO_COLOR: '1' },
    });
    expect(stdout.replaceAll('\r', '')).toMatch(/^PEER: tor\n[\s\S]*^STATE: Established$/m);
    expect(code).toBe(0);
  });
});
