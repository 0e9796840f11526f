import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect as secure } from 'node:tls';
import { connect as subscribe } from '@vipcast/client';
import { makeStreams } from '@vipcast/log/replication';
import { nkeys } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { known } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { exec, spawn, stop } from '../interop/process.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { have } from '../setup/packages.ts';
import { makeJwts } from './credentials.ts';
import { startMember, untilAlike } from './members.ts';
import { BINARIES, freePort, startNats } from './nats.ts';
import { runMake, type Secured, startSecured } from './secured.ts';
import { type Access, askNats, type Site, startSite } from './sites.ts';

/** Another authority, and a server that it signed for. */
const strangers = async (folder: string): Promise<{ readonly ca: string; readonly server: string }> => {
  const other = join(folder, 'other');
  await runMake(other, '--server=d=127.0.0.1');
  return { ca: join(other, 'ca.pem'), server: join(other, 'servers', 'd') };
};

/** What a server says first, and then, to this text or over TLS with these settings. */
const converse = (url: string, then: string | ConnectionOptions): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = dial(Number(port), hostname);
    let heard = '';
    socket.on('error', (error) => resolve(error.message));
    socket.on('close', () => resolve(heard));
    socket.once('data', (info) => {
      heard = String(info);
      if (typeof then === 'string') {
        socket.on('data', (more) => {
          heard += String(more);
        });
        socket.write(then);
        return;
      }
      const encrypted = secure({ socket, ...then, checkServerIdentity: () => undefined });
      encrypted.on('error', (error) => resolve(error.message));
      encrypted.on('secureConnect', () => {
        resolve(`secured by ${encrypted.getProtocol()}`);
        socket.destroy();
      });
    });
  });

describe.skipIf(!have('nats-server 2.14'))('servers with certificates', () => {
  let secured: Secured;
  let access: Access;
  beforeAll(async () => {
    secured = await startSecured('n1', 'n2');
    access = { urls: secured.urls, ca: secured.ca, replicas: 3, credentials: secured.keyOf('n1') };
  });
  afterAll(async () => secured?.[Symbol.asyncDispose]());

  const subscriber = ({ urls, ca, credentials }: Access) =>
    subscribe({
      servers: urls,
      cluster: 'test',
      name: 'reader',
      ...(ca === undefined ? {} : { ca }),
      ...(credentials === undefined ? {} : { credentials }),
    });

  const explained = async (site: Site, expected: RegExp): Promise<void> => {
    const { vipcast, receiver } = site;
    await until(async () => expected.test((await vipcast.cli('status')).stdout), {
      what: `${expected} in the status`,
      timeout: 20_000,
      interval: 300,
      explain: async () => (await vipcast.cli('status')).stdout + vipcast.stderr(),
    });
    expect((await vipcast.cli('status')).code).toBe(3);
    expect(vipcast.stdout() + vipcast.stderr()).toMatch(expected);
    await until(() => known(receiver.updates).join() === '192.0.2.10/32', { what: 'the route all the same' });
  };

  it.each([
    [
      'certificates of somebody else',
      async () => ({ ca: (await strangers(secured.folder)).ca }),
      /not signed by an authority in \S+other\/ca\.pem/,
    ],
    [
      'a CA file that is not there',
      async () => ({ ca: '/nowhere/ca.pem' }),
      /no such file or directory, open '\/nowhere\/ca\.pem'/,
    ],
    [
      'a key file that is not there',
      async () => ({ credentials: '/nowhere/n1.nkey' }),
      /no such file or directory, open '\/nowhere\/n1\.nkey'/,
    ],
    [
      'a key that nobody knows',
      async () => ({ credentials: await fileOf('stranger', nkeys.createUser().getSeed()) }),
      /refuses the key in \S+stranger/,
    ],
    [
      'a damaged key',
      async () => ({ credentials: await fileOf('damaged', Buffer.from(`SU${'A'.repeat(56)}`)) }),
      /the nkey seed in \S+damaged is damaged/,
    ],
    [
      'a file that is no key',
      async () => ({ credentials: secured.ca }),
      /holds neither an nkey seed nor a \.creds file/,
    ],
  ])('are refused, or refuse, in plain words: %s', async (_, change, expected) => {
    const changed = { ...access, ...(await change()) };
    await using site = await startSite('n1', changed);
    await explained(site, expected);
    const outside = await askNats(changed, 'peers');
    expect([outside.code, outside.stderr]).toEqual([4, expect.stringMatching(expected)]);
    await expect(subscriber(changed)).rejects.toThrow(expected);
  });

  const fileOf = async (name: string, seed: Uint8Array): Promise<string> => {
    const file = join(secured.folder, name);
    await writeFile(file, `${Buffer.from(seed)}\n`, { mode: 0o600 });
    return file;
  };

  it('let a node and a subscriber in that have their keys, and show the keys to nobody', async () => {
    await using site = await startSite('n1', access);
    const { vipcast } = site;
    const said: string[] = [];
    const ask = async (...args: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await vipcast.cli(...args);
      said.push(stdout, stderr);
      return stdout;
    };
    await until(async () => /^LOG .*2\.14: all that is asked for · 0 to ship/m.test(await ask('status')), {
      what: 'the log in NATS',
      timeout: 20_000,
      interval: 300,
      explain: vipcast.stderr,
    });
    await ask('status', '-o', 'json');
    await ask('log', 'export', '--format', 'jsonl');
    const outside = await askNats({ ...access, credentials: secured.keyOf('reader') }, 'log', '-o', 'json');
    const client = await subscriber({ ...access, credentials: secured.keyOf('reader') });
    const state = await client.state();
    said.push(JSON.stringify(state.vips()));
    state.close();
    await client.close();
    expect([...state.network.nodes.keys()]).toContain('n1');
    said.push(outside.stdout, outside.stderr, vipcast.stdout(), vipcast.stderr());
    said.push(...secured.servers.map((server) => server.output()));
    said.push(await readFile(vipcast.journal, 'latin1'), await readFile(`${vipcast.journal}-wal`, 'latin1'));
    expect(outside.stdout).toContain('vip.Advertised');
    for (const name of ['n1', 'reader']) {
      const seed = (await readFile(secured.keyOf(name), 'utf8')).trim();
      expect(seed).toMatch(/^SU[A-Z2-7]{56}$/);
      expect(said.join('\n').includes(seed)).toBe(false);
    }
  });

  it('speak TLS 1.3 with clients, and nothing else', async () => {
    const url = secured.urls[0]!;
    const ca = await readFile(secured.ca, 'utf8');
    expect(await converse(url, { ca })).toBe('secured by TLSv1.3');
    expect(await converse(url, { ca, maxVersion: 'TLSv1.2' })).toMatch(/protocol version/);
    expect(await converse(url, 'CONNECT {"verbose":false}\r\nPING\r\n')).toMatch(/^INFO [^\r\n]+\r\n$/);
  });

  it('let no server join that the same authority has not signed', async () => {
    const folder = join(secured.folder, 'intruder');
    await mkdir(folder);
    const { server } = await strangers(folder);
    for (const file of ['server.pem', 'server.key'])
      await writeFile(join(folder, file), await readFile(join(server, file)));
    const place = join(secured.folder, 'servers', 'a');
    for (const file of ['nats-server.conf', 'cluster.conf', 'users.conf', 'system.conf', 'ca.pem'])
      await writeFile(join(folder, file), await readFile(join(place, file)));
    const routes = await readFile(join(place, 'routes.conf'), 'utf8');
    await writeFile(
      join(folder, 'routes.conf'),
      routes.replace(/listen: .*/, `listen: "127.0.0.1:${await freePort()}"`),
    );
    await writeFile(
      join(folder, 'server.conf'),
      `server_name: "d"\nlisten: "127.0.0.1:${await freePort()}"\nstore: "store"\n`,
    );
    const intruder = spawn(null, [BINARIES['2.14'], '-c', 'nats-server.conf'], { cwd: folder });
    try {
      await until(
        () =>
          secured.servers.some((server) =>
            /TLS route handshake error|unknown authority|bad certificate/.test(server.output()),
          ),
        {
          what: 'its refusal',
          explain: intruder.stderr,
        },
      );
      const nc = await secured.connect('system');
      const names = new Set<string>();
      for await (const answer of await nc.requestMany('$SYS.REQ.SERVER.PING', '', { maxWait: 700 }))
        names.add(answer.json<{ server: { name: string } }>().server.name);
      await nc.close();
      expect([...names].toSorted()).toEqual(['a', 'b', 'c']);
    } finally {
      await stop(intruder);
    }
  });

  it('let a new node in after a reload, and one whose key was removed out', async () => {
    await secured.make('--node=n9');
    const nc = await until(() => secured.connect('n9'), { what: 'the new node' });
    let lost = 0;
    void (async () => {
      for await (const { type } of nc.status()) if (type === 'disconnect') lost += 1;
    })();
    const key = secured.keyOf('n9');
    const text = await readFile(key);
    await rm(key);
    await secured.make();
    await writeFile(key, text);
    await until(
      async () => /refuses the key/.test((await askNats({ ...access, credentials: key }, 'peers')).stderr),
      {
        what: 'the refusal',
        interval: 300,
      },
    );
    await until(() => lost > 0, { what: 'the end of its connection' });
    await nc.close();
  });

  it('come from a script that keeps what is there, and says what is wrong with a command line', async () => {
    const make = (...args: readonly string[]) =>
      exec(null, [process.execPath, join(import.meta.dirname, '../../deploy/nats/make.ts'), ...args]);
    const folder = await scratch('make');
    try {
      const flags = [`--out=${folder}`, '--server=a=[::1]:4222:6222', '--server=b=nats-b.example'];
      expect((await make(...flags, '--node=n1')).code).toBe(0);
      const before = await readFile(join(folder, 'keys/nodes/n1.nkey'), 'utf8');
      const certificate = await readFile(join(folder, 'servers/a/server.pem'), 'utf8');
      expect((await make(...flags, '--node=n2')).code).toBe(0);
      expect(await readFile(join(folder, 'keys/nodes/n1.nkey'), 'utf8')).toBe(before);
      expect(await readFile(join(folder, 'servers/a/server.pem'), 'utf8')).toBe(certificate);
      const users = await readFile(join(folder, 'servers/b/users.conf'), 'utf8');
      expect(users.match(/# (node|reader|operator|admin) \S+/g)).toEqual([
        '# node n1',
        '# node n2',
        '# reader reader',
        '# admin admin',
      ]);
      const tested = await exec(null, [BINARIES['2.14'], '-t', '-c', 'nats-server.conf'], {
        cwd: join(folder, 'servers/b'),
      });
      expect([tested.code, tested.stderr]).toEqual([0, expect.stringContaining('is valid')]);
      for (const wrong of [
        [],
        ['--server=a=b'],
        flags.slice(0, 1),
        [...flags, '--node=../n1'],
        [...flags, '--days=0'],
        [...flags, '--server=x'],
        [...flags, '--colour'],
      ])
        expect([wrong, (await make(...wrong)).code]).toEqual([wrong, 2]);
    } finally {
      await discard(folder);
    }
  });
});

describe.skipIf(!have('nats-server 2.14'))('a server that knows its users by JWT', () => {
  it('takes a .creds file, and confines its holder as an nkey does', async () => {
    const jwts = makeJwts();
    await using nats = await startNats('2.14', jwts.config);
    const folder = await scratch('creds');
    const credentials = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, `${name}.creds`), text, { mode: 0o600 });
      return join(folder, `${name}.creds`);
    };
    try {
      const all = await credentials('anything', jwts.anything);
      await makeStreams({ servers: [nats.url], credentials: all, replicas: 1 }, 'test');
      await using first = await startMember('n1', [nats.url], {
        credentials: await credentials('n1', await jwts.creds('n1')),
      });
      await using second = await startMember('n2', [nats.url], {
        credentials: await credentials('n2', await jwts.creds('n2')),
      });
      first.append(20);
      second.append(20);
      await untilAlike([first, second]);
      await using thief = await startMember('n3', [nats.url], {
        credentials: await credentials('n3', await jwts.creds('n1')),
      });
      thief.append(1);
      await until(() => thief.said.some((line) => line.includes('Permissions Violation')), {
        what: 'the refusal',
      });
      const said = [...first.said, ...second.said, ...thief.said, nats.output()].join('\n');
      expect(jwts.seeds.filter((seed) => said.includes(seed))).toEqual([]);
    } finally {
      await discard(folder);
    }
  });
});
