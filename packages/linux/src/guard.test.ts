import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { dialling, listening, outcome, portOf, until } from './fixture/loopback.ts';
import { isRoot, startProbe } from './fixture/namespace.ts';
import { type DialOptions, protectConnection } from './index.ts';

const SECRET = new TextEncoder().encode('correct horse');
const OTHER = new TextEncoder().encode('battery staple');

/** A counter of the kernel's TCP, from /proc/net/netstat. */
const counter = (name: string): number => {
  const [names = '', values = ''] = readFileSync('/proc/net/netstat', 'utf8').split('\n');
  return Number(values.split(' ')[names.split(' ').indexOf(name)]);
};

/** Dials, and waits until the kernel says that it dropped a segment for this reason. */
const dropped = async (name: string, options: DialOptions): Promise<boolean> => {
  const before = counter(name);
  const socket = dialling(options);
  let settled = false;
  void outcome(socket).then(() => {
    settled = true;
  });
  await until(() => settled || counter(name) > before);
  return !settled && socket.connecting;
};

const LOOPBACKS = [
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  ['::', '127.0.0.1'],
  ['::', '::1'],
] as const;

describe.runIf(process.platform === 'linux')('MD5 signatures', () => {
  describe.each(LOOPBACKS)('listening on %s, dialling %s', (address, host) => {
    const guarded = () => listening({ address, keys: [{ peer: host, key: SECRET }] });

    it('connects with the same key', async () => {
      const port = portOf(await guarded());
      const socket = dialling({ host, port, md5: { peer: host, key: SECRET } });
      expect(await outcome(socket)).toBe('connected');
    });

    it('does not connect with another key', async () => {
      const port = portOf(await guarded());
      expect(await dropped('TCPMD5Failure', { host, port, md5: { peer: host, key: OTHER } })).toBe(true);
    });

    it('does not connect without a key', async () => {
      const port = portOf(await guarded());
      expect(await dropped('TCPMD5NotFound', { host, port })).toBe(true);
    });

    it('does not connect with a key to a peer without one', async () => {
      const port = portOf(await listening({ address }));
      const options = { host, port, md5: { peer: host, key: SECRET } };
      expect(await dropped('TCPMD5Unexpected', options)).toBe(true);
    });
  });

  it('leaves other peers of the listener alone', async () => {
    const port = portOf(
      await listening({ address: '127.0.0.1', keys: [{ peer: '127.0.0.2', key: SECRET }] }),
    );
    const host = '127.0.0.1';
    expect(await outcome(dialling({ host, port, localAddress: '127.0.0.3' }))).toBe('connected');
    const md5 = { peer: host, key: SECRET };
    expect(await outcome(dialling({ host, port, localAddress: '127.0.0.2', md5 }))).toBe('connected');
    expect(await dropped('TCPMD5NotFound', { host, port, localAddress: '127.0.0.2' })).toBe(true);
  });

  it.each([1, 80])('takes a key of %i bytes', async (length) => {
    const md5 = { peer: '127.0.0.1', key: new Uint8Array(length).fill(7) };
    const port = portOf(await listening({ address: '127.0.0.1', keys: [md5] }));
    expect(await outcome(dialling({ host: '127.0.0.1', port, md5 }))).toBe('connected');
  });

  it.each([0, 81])('refuses a key of %i bytes, and does not print it', async (length) => {
    const md5 = { peer: '127.0.0.1', key: new Uint8Array(length).fill(0x41) };
    const said = await outcome(dialling({ host: '127.0.0.1', port: 1, md5 }));
    expect(said).toMatch(/key/);
    expect(said).not.toMatch(/AAAA|65,65/);
  });
});

describe.runIf(process.platform === 'linux')('GTSM', () => {
  it.each(LOOPBACKS)('on %s, dialling %s: 255 connects and 254 does not', async (address, host) => {
    const port = portOf(await listening({ address, minTtl: 255 }));
    expect(await outcome(dialling({ host, port, ttl: 255 }))).toBe('connected');
    expect(await dropped('TCPMinTTLDrop', { host, port, ttl: 254 })).toBe(true);
  });

  it('sends 255 when it expects 255', async () => {
    const port = portOf(await listening({ address: '127.0.0.1', minTtl: 255 }));
    expect(await outcome(dialling({ host: '127.0.0.1', port, minTtl: 255 }))).toBe('connected');
  });

  it('is set on an accepted connection', async () => {
    const accepted = Promise.withResolvers<Socket>();
    const server = await listening({ address: '127.0.0.1' }, accepted.resolve);
    const socket = dialling({ host: '127.0.0.1', port: portOf(server), ttl: 200 });
    expect(await outcome(socket)).toBe('connected');
    const other = await accepted.promise;
    protectConnection(other, { minTtl: 201 });
    const before = counter('TCPMinTTLDrop');
    socket.write('unseen');
    await until(() => counter('TCPMinTTLDrop') > before);
    expect(other.bytesRead).toBe(0);
    protectConnection(socket, { ttl: 201 });
    await until(() => other.bytesRead > 0);
  });
});

describe.runIf(isRoot)('without any privilege', () => {
  const NOBODY = [
    'setpriv',
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    '--bounding-set=-all',
    '--no-new-privs',
  ];

  it.each(['dial', 'worker'])('%s sets every option', async (verb) => {
    const keys = [{ peer: '127.0.0.1', key: SECRET }];
    const port = portOf(await listening({ address: '127.0.0.1', keys, minTtl: 255 }));
    const key = new TextDecoder().decode(SECRET);
    const options = { host: '127.0.0.1', port, key, minTtl: 255, device: 'lo', tos: 0xc0 };
    const probe = startProbe(NOBODY, verb, { ...options, localAddress: '127.0.0.1' });
    expect(await probe.next()).toMatchObject({ connected: true, local: '127.0.0.1' });
    probe.stop();
  });
});
