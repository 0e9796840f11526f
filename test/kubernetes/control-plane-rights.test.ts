import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createNetwork, type Network } from '../interop/namespace.ts';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { exec, spawn } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { have } from '../setup/packages.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');
const POD = join(ROOT, 'deploy', 'control-plane', 'vipcast-pod.yaml');
const VIPS = ['192.0.2.100', '2001:db8::100'];

describe.skipIf(!have('namespaces', 'iproute2'))('with the rights of the manifest', () => {
  let cleanup = new AsyncDisposableStack();
  let network: Network<'node'>;
  let folder: string;

  beforeEach(async () => {
    cleanup = new AsyncDisposableStack();
    network = cleanup.use(await createNetwork('node'));
    folder = await scratch('rights');
    cleanup.defer(() => discard(folder));
  });
  afterEach(() => cleanup.disposeAsync());

  /** Starts it as root with these rights and no way to more, and says why the VIP is or is not advertised. */
  const reasonWith = async (capabilities: readonly string[]): Promise<string> => {
    const { namespace } = network.hosts.node;
    const file = join(folder, 'vipcast.yaml');
    const journal = join(folder, 'journal.db');
    await writeFile(
      file,
      `node: n1\nbgp: { localASN: 65000 }\nlog: { journal: ${journal} }\n` +
        `vips: [{ name: api-server, addresses: ['${VIPS.join("', '")}'], bind: lo }]\n`,
    );
    const rights = ['-all', ...capabilities.map((name) => `+${name.toLowerCase()}`)].join();
    const confined = ['setpriv', '--no-new-privs', `--bounding-set=${rights}`, `--inh-caps=${rights}`];
    const running = spawn(namespace, [...confined, NODE, MAIN, 'up', '-c', file]);
    cleanup.defer(async () => {
      running.signal('SIGKILL');
      await running.exited;
    });
    return until(
      async () => {
        const { stdout } = await exec(null, [NODE, MAIN, 'vips', '-o', 'json', '--journal', journal]);
        return JSON.parse(stdout).items[0].reason;
      },
      { what: 'a decision', timeout: 20_000, explain: running.stderr },
    );
  };
  const bound = async (): Promise<readonly string[]> => {
    const { stdout } = await exec(null, [
      'ip',
      '-n',
      network.hosts.node.namespace,
      'addr',
      'show',
      'dev',
      'lo',
    ]);
    return VIPS.filter((vip) => stdout.includes(vip));
  };

  it('the address gets onto lo', async () => {
    const { spec } = parse(await readFile(POD, 'utf8'));
    const { capabilities } = spec.containers[0].securityContext;
    expect([spec.securityContext.runAsUser, capabilities.drop]).toEqual([0, ['ALL']]);
    expect(await reasonWith(capabilities.add)).toBe('configured');
    expect(await bound()).toEqual(VIPS);
  });

  it('and with less it does not', async () => {
    expect(await reasonWith([])).toBe('bind-failed');
    expect(await bound()).toEqual([]);
  });
});
