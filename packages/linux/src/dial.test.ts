import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dialling, listening, outcome, portOf, until } from './fixture/loopback.ts';
import { type DialOptions, dial, listen, openSocket } from './index.ts';
import { closeSocket } from './socket.ts';

const SECRET = new TextEncoder().encode('correct horse');

describe('dialling', () => {
  const native: Partial<DialOptions> = process.platform === 'linux' ? { ttl: 64 } : {};

  describe.each<[string, Partial<DialOptions>]>([
    ['by Node alone', {}],
    ['over a descriptor of ours', native],
  ])('%s', (_, extra) => {
    it('talks both ways', async () => {
      const server = await listening({ address: '127.0.0.1' }, (socket) => socket.pipe(socket));
      const socket = dialling({ host: '127.0.0.1', port: portOf(server), ...extra });
      socket.end('hello');
      socket.setEncoding('utf8');
      let heard = '';
      for await (const chunk of socket) heard += chunk;
      expect(heard).toBe('hello');
    });

    it('reports a refused connection', async () => {
      const server = await listening({ address: '127.0.0.1' });
      const port = portOf(server);
      server.close();
      await once(server, 'close');
      expect(await outcome(dialling({ host: '127.0.0.1', port, ...extra }))).toBe('ECONNREFUSED');
    });

    it('comes from the source address and port', async () => {
      const spare = await listening({ address: '127.0.0.5' });
      const localPort = portOf(spare);
      spare.close();
      await once(spare, 'close');
      const port = portOf(await listening({ address: '127.0.0.1' }));
      const options = { host: '127.0.0.1', port, localAddress: '127.0.0.5', localPort, ...extra };
      const socket = dialling(options);
      expect(await outcome(socket)).toBe('connected');
      expect([socket.localAddress, socket.localPort]).toEqual(['127.0.0.5', localPort]);
    });

    it('reports a source address that is not ours', async () => {
      const options = { host: '127.0.0.1', port: 1, localAddress: '192.0.2.99', ...extra };
      expect(await outcome(dialling(options))).toBe('EADDRNOTAVAIL');
    });

    it('reports a host that is no address, and a port that is none', async () => {
      expect(await outcome(dialling({ host: 'localhost', port: 1, ...extra }))).toMatch(/not an address/);
      expect(await outcome(dialling({ host: '127.0.0.1', port: 65536, ...extra }))).toBe(
        'ERR_SOCKET_BAD_PORT',
      );
    });

    it.each([
      ['127.0.0.1', undefined, 0xc0],
      ['127.0.0.1', 0x20, 0x20],
      ['::1', undefined, 0xc0],
      ['::1', 0x20, 0x20],
    ])('to %s marks packets %s as %i', async (host, tos, mark) => {
      const port = portOf(await listening({ address: host }));
      const socket = dialling({ host, port, ...extra, ...(tos === undefined ? {} : { tos }) });
      expect(await outcome(socket)).toBe('connected');
      expect(socket.getTypeOfService()).toBe(mark);
    });

    it('stops when told to', async () => {
      const before = AbortSignal.abort();
      expect(await outcome(dialling({ host: '127.0.0.1', port: 1, ...extra }, before))).toBe('ABORT_ERR');
      const controller = new AbortController();
      const socket = dialling({ host: '127.0.0.1', port: 1, ...extra }, controller.signal);
      controller.abort();
      expect(await outcome(socket)).toBe('ABORT_ERR');
    });

    it('needs an interface for a link-local address', async () => {
      expect(await outcome(dialling({ host: 'fe80::1', port: 1, ...extra }))).toMatch(/needs an interface/);
    });
  });
});

describe.runIf(process.platform === 'linux')('descriptors', () => {
  const descriptors = () => readdirSync('/proc/self/fd').length;

  it('are all closed again, however a dial ends', async () => {
    const server = await listening({ address: '127.0.0.1' }, (socket) => socket.destroy());
    const port = portOf(server);
    const host = '127.0.0.1';
    const ways: DialOptions[] = [
      { host, port, ttl: 64 },
      { host, port: 1, ttl: 64 },
      { host, port: 65536, ttl: 64 },
      { host, port, ttl: 256 },
      { host, port, device: 'no-such-link' },
      { host, port, md5: { peer: 'nobody', key: SECRET } },
      { host, port, ttl: 64, localAddress: '192.0.2.99' },
    ];
    const round = async () => {
      for (const way of ways) {
        const socket = dial(way);
        await outcome(socket);
        if (!socket.closed) await once(socket.destroy(), 'close').catch(() => {});
        const aborted = dial(way, AbortSignal.abort());
        await outcome(aborted);
      }
    };
    await round();
    const before = descriptors();
    for (let i = 0; i < 20; i++) await round();
    await until(() => descriptors() <= before);
  });

  it('are closed when a listener cannot be guarded', async () => {
    const failing = async () => {
      const server = listen({ address: '127.0.0.1', port: 0, keys: [{ peer: '::1', key: SECRET }] });
      const [error] = await once(server, 'error').catch((reason) => [reason]);
      return String(error);
    };
    expect(await failing()).toMatch(/"::1" is not an IPv4 address/);
    const before = descriptors();
    for (let i = 0; i < 20; i++) await failing();
    await until(() => descriptors() <= before);
  });

  it('are not inherited by children', () => {
    const fd = openSocket({ family: 4 });
    const flags = /flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    closeSocket(fd);
    expect(Number.parseInt(flags ?? '', 8) & 0o2004000).toBe(0o2004000);
  });
});

describe.runIf(process.platform === 'linux')('a listener', () => {
  it('reports an address in use', async () => {
    const port = portOf(await listening({ address: '127.0.0.1', ttl: 255 }));
    const second = listen({ address: '127.0.0.1', port, ttl: 255 });
    expect(await once(second, 'error').then(([error]) => error.code)).toBe('EADDRINUSE');
  });
});
