import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../cluster/nats.ts';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { localPeer, nodeYaml, replaceFile, withJournalOf } from './configuration.ts';
import { known } from './route-table.ts';

const ROUTER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', holdTime: 9 };
const VIPS = ['{ name: web, addresses: [192.0.2.1] }'];
const PATIENCE = { timeout: 20_000 };

let cleanup = new AsyncDisposableStack();
afterEach(async () => {
  await cleanup.disposeAsync();
  cleanup = new AsyncDisposableStack();
});

const glass = (listen: string): string => `lookingGlass: { listen: '${listen}' }\n`;

const start = async (yaml: string): Promise<Vipcast> => cleanup.use(await startVipcast(null, yaml));

/** Status and text; `undefined` when nobody answers. */
const ask = async (url: string): Promise<readonly [number, string] | undefined> => {
  const response = await fetch(`http://${url}`).catch(() => undefined);
  return response === undefined ? undefined : [response.status, await response.text()];
};

const untilStatus = (url: string, status: number | undefined, vipcast: Vipcast): Promise<unknown> =>
  until(async () => (await ask(url))?.[0] === status, {
    what: `${status} from ${url}`,
    explain: vipcast.stderr,
    ...PATIENCE,
  });

describe('a daemon with a looking glass', () => {
  it('is ready while a session is Established, and lives all the while', async () => {
    const port = await freePort();
    const at = `127.0.0.1:${await freePort()}`;
    const vipcast = await start(nodeYaml({ peers: [localPeer('tor', port)], vips: VIPS }) + glass(at));
    await untilStatus(`${at}/livez`, 200, vipcast);
    await until(async () => (await ask(`${at}/readyz`))?.[1].includes('[+]speaker ok'), {
      what: 'a speaker',
    });
    expect(await ask(`${at}/readyz`)).toEqual([
      503,
      '[+]ping ok\n[+]configuration ok\n[+]log ok\n[+]speaker ok\n[-]sessions failed: 0 of 1 Established\n' +
        'readyz check failed\n',
    ]);

    const router = await startReceiver({ ...ROUTER, port });
    await untilStatus(`${at}/readyz`, 200, vipcast);
    expect(router.established()).toBe(true);
    expect(await ask(`${at}/livez?verbose`)).toEqual([
      200,
      '[+]ping ok\n[+]speaker ok\nlivez check passed\n',
    ]);

    await router[Symbol.asyncDispose]();
    await untilStatus(`${at}/readyz`, 503, vipcast);
    expect(await ask(`${at}/livez`)).toEqual([200, 'ok\n']);
    expect(await ask(`${at}/readyz?exclude=sessions`)).toEqual([200, 'ok\n']);
    expect((await ask(`${at}/`))?.[0]).toBe(404);

    // What it knows of sessions is not what an earlier process knew.
    const next = await startReceiver({ ...ROUTER, port });
    await untilStatus(`${at}/readyz`, 200, vipcast);
    await vipcast.kill();
    await next[Symbol.asyncDispose]();
    await vipcast.restart();
    await untilStatus(`${at}/livez`, 200, vipcast);
    expect((await ask(`${at}/readyz`))?.[1]).toContain('[-]sessions failed: 0 of 1 Established');
  });

  it('is ready without peers, on IPv6 too', async () => {
    const at = `[::1]:${await freePort()}`;
    const vipcast = await start(nodeYaml({ vips: VIPS }) + glass(at));
    await untilStatus(`${at}/readyz`, 200, vipcast);
    expect((await ask(`${at}/readyz?verbose`))?.[1]).toContain('[+]sessions ok: no peers are configured\n');
  });

  it('announces while its place is taken, and takes that later', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const router: Receiver = cleanup.use(await startReceiver({ ...ROUTER, port: 0 }));
    const peers = [localPeer('tor', router.port)];
    const vipcast = await start(nodeYaml({ peers, vips: VIPS }) + glass(`127.0.0.1:${port}`));
    await until(() => known(router.updates).length === 1, { what: 'the VIP', ...PATIENCE });
    expect(vipcast.stderr()).toContain('another process listens there');
    other.close();
    await untilStatus(`127.0.0.1:${port}/readyz`, 200, vipcast);
  });

  it('moves and goes with the configuration, and no session ends for it', async () => {
    const router: Receiver = cleanup.use(await startReceiver({ ...ROUTER, port: 0 }));
    const yaml = nodeYaml({ peers: [localPeer('tor', router.port)], vips: VIPS });
    const vipcast = await start(yaml);
    await until(() => known(router.updates).length === 1, { what: 'the VIP', ...PATIENCE });
    const [first, second] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    const configure = (text: string): Promise<void> =>
      replaceFile(vipcast.configFile, withJournalOf(vipcast, text));

    await configure(yaml + glass(first));
    await untilStatus(`${first}/readyz`, 200, vipcast);
    await configure(yaml + glass(second));
    await untilStatus(`${second}/readyz`, 200, vipcast);
    expect(await ask(`${first}/readyz`)).toBeUndefined();
    await configure(yaml);
    await untilStatus(`${second}/readyz`, undefined, vipcast);
    expect(router.establishedCount()).toBe(1);
  });
});
