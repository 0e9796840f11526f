import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { startServer } from './server.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const freePort = async (host: string): Promise<number> => {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

const serve = async (host = '127.0.0.1') => {
  const port = await freePort(host);
  const server = await startServer(host === '::1' ? `[::1]:${port}` : `${host}:${port}`, (method, target) =>
    target === '/livez' ? { status: 200, text: 'ok\n' } : { status: 405, text: `${method}\n` },
  );
  cleanups.push(server.close);
  return { port, server };
};

const dial = async (port: number, host = '127.0.0.1'): Promise<Socket> => {
  const socket = connect(port, host);
  socket.on('error', () => undefined);
  cleanups.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
};

/** Sends bytes, and reads until the server has ended the connection. */
const exchange = async (port: number, bytes: Uint8Array | string, host?: string): Promise<string> => {
  const socket = await dial(port, host);
  let heard = '';
  socket.setEncoding('latin1').on('data', (text) => {
    heard += text;
  });
  const gone = new Promise((resolve) => socket.once('close', resolve));
  socket.end(bytes);
  await gone;
  return heard;
};

const GET = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n';

describe('the server', () => {
  it.each(['127.0.0.1', '::1'])('answers on %s and ends the connection', async (host) => {
    const { port } = await serve(host);
    const heard = await exchange(port, GET, host);
    expect(heard).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(heard).toMatch(/connection: close\r\n/i);
    expect(heard).toMatch(/\r\n\r\nok\n$/);
  });

  it('tells the methods that it takes, and sends no body for HEAD', async () => {
    const { port } = await serve();
    expect(await exchange(port, 'POST / HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(
      /405 .*\r\nallow: GET, HEAD/is,
    );
    expect(await exchange(port, GET.replace('GET', 'HEAD'))).toMatch(/content-length: 3\r\n.*\r\n\r\n$/is);
  });

  it('survives any bytes', async () => {
    const { port } = await serve();
    const parts = fc.constantFrom(
      'GET ',
      '/livez',
      ' HTTP/1.1\r\n',
      'Host: x\r\n',
      '\r\n',
      'Content-Length: -1\r\n',
    );
    const bytes = fc
      .array(fc.oneof(parts, fc.string({ unit: 'binary', maxLength: 40 })), { maxLength: 12 })
      .map((each) => Buffer.from(each.join(''), 'latin1'));
    await fc.assert(
      fc.asyncProperty(bytes, async (some) => {
        await exchange(port, some);
        expect(await exchange(port, GET)).toMatch(/ok\n$/);
      }),
      { numRuns: 60 },
    );
  });

  it('takes no more than it needs of a head', async () => {
    const { port } = await serve();
    const heard = await exchange(port, `GET /livez HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(heard).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('ends a request that does not come to its end', async () => {
    const { port } = await serve();
    const socket = await dial(port);
    const gone = once(socket, 'close');
    socket.write('GET /livez HTTP/1.1\r\n');
    socket.resume();
    const late = pause(9000, 'late', { ref: false });
    expect(await Promise.race([gone, late])).not.toBe('late');
  });

  it('answers while somebody holds all the connections that there are', async () => {
    const { port } = await serve();
    const held = await Promise.all(Array.from({ length: 200 }, () => dial(port)));
    expect(await exchange(port, GET)).toMatch(/ok\n$/);
    await expect.poll(() => held.filter(({ destroyed }) => !destroyed).length).toBeLessThanOrEqual(64);
  });

  it('stops at once, with connections open', async () => {
    const { port, server } = await serve();
    const socket = await dial(port);
    const gone = once(socket, 'close');
    await server.close();
    await gone;
    await expect(serve().then(() => dial(port))).rejects.toThrow(/ECONNREFUSED/);
  });
});
