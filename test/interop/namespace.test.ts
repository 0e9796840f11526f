import { describe, expect, it } from 'vitest';
import { have } from '../setup/packages.ts';
import { createNetwork, sweepNamespaces } from './namespace.ts';
import { NODE } from './node-binary.ts';
import { until } from './poll.ts';
import { exec, run, spawn } from './process.ts';

const namespaces = async (): Promise<readonly string[]> =>
  (await run(null, ['ip', 'netns', 'list'])).split('\n').map((line) => line.split(' ')[0]!);

const script = (code: string): readonly string[] => [NODE, '--input-type=module', '-e', code];

const greet = (address: string): readonly string[] =>
  script(`import { connect } from 'node:net';
    connect(1790, '${address}').on('data', (text) => process.stdout.write(text)).on('end', () => process.exit());
    setTimeout(() => process.exit(1), 1000);`);

describe.skipIf(!have('namespaces', 'iproute2'))('a network', () => {
  it('joins its hosts over both families, hides them when cut, and leaves nothing', async () => {
    const before = performance.now();
    const network = await createNetwork('a', 'b', 'c');
    const { a, b, c } = network.hosts;
    expect(performance.now() - before).toBeLessThan(10_000);
    const server = spawn(
      b.namespace,
      script(`import { createServer } from 'node:net';
        createServer((socket) => socket.end('hello')).listen(1790, () => console.log('ready'));`),
    );
    await until(() => server.stdout().includes('ready'), { what: 'the server' });
    for (const address of [b.ipv4, b.ipv6, `${b.linkLocal}%${a.interface}`]) {
      expect((await exec(a.namespace, greet(address))).stdout).toBe('hello');
      expect((await exec(c.namespace, greet(address))).stdout).toBe('hello');
    }
    await network.cut('b');
    expect((await exec(a.namespace, greet(b.ipv4))).code).toBe(1);
    await network.mend('b');
    expect((await exec(a.namespace, greet(b.ipv4))).stdout).toBe('hello');
    await network[Symbol.asyncDispose]();
    expect(await namespaces()).not.toContain(b.namespace);
    expect((await server.exited).signal).toBe('SIGKILL');
  });

  it('is swept with its processes when its owner has died', async () => {
    const owner = spawn(
      null,
      script(`import { createNetwork } from '${import.meta.dirname}/namespace.ts';
        import { spawn } from '${import.meta.dirname}/process.ts';
        const { hosts } = await createNetwork('lost');
        const { pid } = spawn(hosts.lost.namespace, ['sleep', '600']);
        console.log(JSON.stringify({ namespace: hosts.lost.namespace, pid }));
        setInterval(() => {}, 1000);`),
    );
    const line = await until(() => owner.stdout().trim(), { what: 'the owner', explain: owner.stderr });
    const { namespace, pid } = JSON.parse(line) as { namespace: string; pid: number };
    await sweepNamespaces();
    expect(await namespaces()).toContain(namespace);
    owner.signal('SIGKILL');
    await owner.exited;
    await sweepNamespaces();
    expect(await namespaces()).not.toContain(namespace);
    const state = async () => (await exec(null, ['ps', '-o', 'stat=', '-p', `${pid}`])).stdout.trim();
    await until(async () => ['', 'Z'].includes((await state()).slice(0, 1)), { what: 'its process to go' });
  });
});
