import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../cluster/nats.ts';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { exec, run, stop } from '../interop/process.ts';
import { startReceiver } from '../interop/receiver.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { have } from '../setup/packages.ts';
import { assembleImage, type Image, USER } from './image.ts';

const CONTAINER = join(ROOT, 'deploy', 'container');
const PATIENCE = { timeout: 30_000 };

/** Instructions of the Dockerfile of one kind. */
const instructions = (kind: string): readonly string[] =>
  readFileSync(join(CONTAINER, 'Dockerfile'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${kind} `))
    .map((line) => line.slice(kind.length + 1));

describe('the Dockerfile', () => {
  it('copies what is there and what its ignore file lets through', () => {
    const allowed = readFileSync(join(CONTAINER, 'Dockerfile.dockerignore'), 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    const copied = instructions('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1));
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(copied.toSorted()).toEqual(allowed.toSorted());
  });

  it('ends on nothing but what is put together, and as nobody', () => {
    expect(instructions('FROM').at(-1)).toBe('scratch');
    expect(instructions('COPY').at(-1)).toBe('--from=build /image /');
    expect(instructions('USER')).toEqual([`${USER}:${USER}`]);
    expect(instructions('ENTRYPOINT')).toEqual(['["/usr/local/bin/vipcast"]']);
  });
});

describe.skipIf(!have('namespaces', 'iproute2'))('the image', () => {
  let parent: string;
  let image: Image;

  beforeAll(async () => {
    parent = await scratch('image');
    await chmod(parent, 0o755);
    image = await assembleImage(parent);
  });

  afterAll(() => discard(parent));

  it('has no shell, no package manager and nothing that runs as another user', () => {
    const files = readdirSync(image.folder, { recursive: true, encoding: 'utf8' });
    const programs = files.filter((file) =>
      /^(usr\/)?(local\/)?s?bin\/[^/]+$/.test(file.replace(/^usr\//, '')),
    );
    expect(programs.toSorted()).toEqual(['usr/bin/ip', 'usr/local/bin/node', 'usr/local/bin/vipcast']);
    const modes = files.map((file) => statSync(join(image.folder, file)).mode);
    expect(modes.filter((mode) => (mode & 0o6000) !== 0)).toEqual([]);
  });

  it('announces without a capability, on a root that it cannot write to, and answers who asks', async () => {
    await using router = await startReceiver({
      ...{ localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 },
    });
    const looking = `127.0.0.1:${await freePort()}`;
    const folder = join(parent, 'configuration');
    await mkdir(folder);
    await writeFile(join(folder, 'password'), 'secret');
    const peers = [
      { name: 'tor1', address: '127.0.0.1', port: router.port, peerASN: 65001 },
      // A key of TCP MD5 is set through the native library.
      { name: 'tor2', address: '127.0.0.2', port: 1, peerASN: 65001, passwordFile: '/etc/vipcast/password' },
    ];
    const configuration = {
      bgp: { localASN: 65000, routerID: '10.0.0.7', holdTime: '9s' },
      peers,
      vips: [{ name: 'web', addresses: ['192.0.2.10'] }],
      lookingGlass: { listen: looking },
    };
    await writeFile(join(folder, 'vipcast.yaml'), JSON.stringify(configuration));
    const [command] = instructions('CMD').map((line) => JSON.parse(line) as readonly string[]);
    const running = image.start(folder, ['/usr/local/bin/vipcast', ...command!]);
    try {
      const said = { ...PATIENCE, explain: () => running.stdout() + running.stderr() };
      const routes = () => router.updates.filter(({ count }) => count.announced.ipv4 > 0).length;
      await until(() => routes() === 1, { what: 'the route', ...said });
      const status = readFileSync(`/proc/${running.pid}/status`, 'utf8');
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
        expect(status).toMatch(`${set}:\t0000000000000000`);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m);
      await until(() => readFileSync(`/proc/${running.pid}/maps`, 'utf8').includes('koffi'), {
        what: 'the native library',
        ...said,
      });
      const comms = () =>
        readdirSync(`/proc/${running.pid}/task`)
          .flatMap((task) => readFileSync(`/proc/${running.pid}/task/${task}/children`, 'utf8').split(' '))
          .filter((pid) => pid !== '')
          .map((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
      await until(() => comms().includes('ip'), { what: 'ip to follow the addresses', ...said });
      const peersNow = await image.beside(running, ['/usr/local/bin/vipcast', 'peers']);
      expect(peersNow).toMatchObject({ code: 0, stdout: expect.stringMatching(/tor1 .* Established/) });
      const write = ['/usr/local/bin/node', '-e', "require('fs').writeFileSync('/opt/vipcast/x', '')"];
      expect((await image.beside(running, write)).stderr).toContain('EROFS');
      const ask = (path: string) =>
        image.beside(running, ['/usr/local/bin/node', '/opt/vipcast/ask.js', `http://${looking}${path}`]);
      await until(async () => (await ask('/livez')).code === 0, { what: '/livez', ...said });
      await until(async () => (await ask('/readyz')).code === 0, { what: '/readyz', ...said });
      router.disconnect();
    } finally {
      await stop(running);
    }
    expect((await running.exited).code).toBe(0);
  });

  it('says its version, and what is wrong with a configuration', async () => {
    const folder = join(parent, 'empty');
    await mkdir(folder);
    const ends = async (...argv: readonly string[]) => {
      const running = image.start(folder, argv);
      const { code } = await running.exited;
      return { code, stdout: running.stdout(), stderr: running.stderr() };
    };
    const { version } = JSON.parse(readFileSync(join(ROOT, 'services/vipcast/package.json'), 'utf8'));
    const vipcast = '/usr/local/bin/vipcast';
    expect(await ends(vipcast, '--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const missing = await ends(vipcast, 'up', '-c', '/etc/vipcast/vipcast.yaml');
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('/etc/vipcast/vipcast.yaml') });
  });

  it('hands a folder of the node to its user with CAP_CHOWN alone, and follows no link', async () => {
    const [folder, outside] = [join(parent, 'journal'), join(parent, 'outside')];
    await mkdir(folder);
    await writeFile(outside, '');
    await writeFile(join(folder, 'journal.db'), '');
    await symlink(outside, join(folder, 'link'));
    const only = ['setpriv', '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all,+chown'];
    await run(null, [...only, NODE, join(CONTAINER, 'own.js'), folder, `${USER}`]);
    const owner = (path: string): number => statSync(path).uid;
    expect([folder, join(folder, 'journal.db'), outside].map(owner)).toEqual([USER, USER, 0]);
  });
});

describe('a probe', () => {
  it('fails with what it was answered', async () => {
    let status = 200;
    const server = createServer((_, response) => response.writeHead(status).end(`is ${status}\n`));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`;
    const ask = () => exec(null, [NODE, join(CONTAINER, 'ask.js'), url]);
    expect(await ask()).toMatchObject({ code: 0, stdout: 'is 200\n' });
    status = 503;
    expect(await ask()).toMatchObject({ code: 1, stdout: 'is 503\n' });
    server.close();
    await once(server, 'close');
    expect(await ask()).toMatchObject({ code: 1, stdout: expect.stringContaining('ECONNREFUSED') });
  });
});
