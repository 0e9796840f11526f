import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, type NatsServer, startNats } from '../cluster/nats.ts';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { type Running, spawn } from '../interop/process.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { have } from '../setup/packages.ts';
import { localPeer, nodeYaml } from './configuration.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');
const ROUTER = { localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 };

describe.skipIf(!have('nats-server 2.14'))('a looking glass in a process of its own', () => {
  let cleanup = new AsyncDisposableStack();
  let nats: NatsServer;
  let router: Receiver;
  let at: string;
  let configFile: string;

  beforeEach(async () => {
    cleanup = new AsyncDisposableStack();
    const folder = await scratch('health');
    cleanup.defer(() => discard(folder));
    nats = cleanup.use(await startNats('2.14'));
    router = cleanup.use(await startReceiver(ROUTER));
    at = `127.0.0.1:${await freePort()}`;
    configFile = join(folder, 'vipcast.yaml');
    const log = `log: { journal: ${folder}/journal.db, nats: { servers: ['${nats.url}'], replicas: 1 } }\n`;
    const glass = `lookingGlass: { listen: '${at}' }\n`;
    await writeFile(configFile, nodeYaml({ peers: [localPeer('tor', router.port)] }) + log + glass);
  });
  afterEach(() => cleanup.disposeAsync());

  const run = (service: string): Running => {
    const running = spawn(null, [NODE, MAIN, 'run', service, '-c', configFile]);
    cleanup.defer(async () => {
      running.signal('SIGKILL');
      await running.exited;
    });
    return running;
  };
  const readiness = async (): Promise<string> => (await fetch(`http://${at}/readyz?verbose`)).text();

  it('tells of the sessions that it hears of, and lives without NATS', async () => {
    const glass = run('looking-glass');
    const patience = { timeout: 30_000, explain: glass.stderr };
    await until(async () => (await readiness()).includes('[-]sessions failed: 0 of 1'), {
      what: 'it to answer',
      ...patience,
    });
    const speaker = run('speaker');
    await until(async () => (await readiness()).includes('[+]sessions ok: 1 of 1 Established'), {
      what: 'the session',
      ...patience,
    });

    await nats.kill();
    expect(await (await fetch(`http://${at}/livez`)).text()).toBe('ok\n');
    expect(await readiness()).toMatch(/readyz check passed\n$/);

    await nats.restart();
    speaker.signal('SIGKILL');
    await until(async () => (await readiness()).includes('[-]speaker failed: nothing is heard of it'), {
      what: 'the speaker to be missed',
      ...patience,
      timeout: 60_000,
    });
    run('speaker');
    await until(async () => (await readiness()).endsWith('readyz check passed\n'), {
      what: 'another speaker',
      ...patience,
      timeout: 60_000,
    });
  }, 180_000);
});
