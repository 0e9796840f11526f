import { execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { probeHttp } from './http.ts';

const run = promisify(execFile);
const never = new AbortController().signal;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const serve = (listener: RequestListener): Promise<string> => listen(createServer(listener));

describe('an HTTP probe', () => {
  it.each([
    [200, true],
    [204, true],
    [302, true],
    [399, true],
    [400, false],
    [404, false],
    [503, false],
  ])('takes status %i as healthy: %s', async (status, healthy) => {
    const host = await serve((_, response) =>
      response.writeHead(status, { location: '/elsewhere' }).end('x'),
    );
    expect(await probeHttp({ target: `http://${host}/healthz` }, never)).toEqual({
      healthy,
      detail: `HTTP ${status} from http://${host}/healthz`,
    });
  });

  it('asks once, follows nothing and keeps no connection', async () => {
    const seen: (string | undefined)[] = [];
    const host = await serve((request, response) => {
      seen.push(request.url, request.method, request.headers.connection);
      response.writeHead(301, { location: '/elsewhere' }).end();
    });
    await probeHttp({ target: `http://${host}/healthz` }, never);
    expect(seen).toEqual(['/healthz', 'GET', 'close']);
  });

  it('sends credentials and keeps them to itself', async () => {
    let authorization: string | undefined;
    const host = await serve((request, response) => {
      authorization = request.headers.authorization;
      response.writeHead(401).end();
    });
    const outcome = await probeHttp({ target: `http://probe:hunter2@${host}/healthz?token=hunter3` }, never);
    expect(authorization).toBe(`Basic ${btoa('probe:hunter2')}`);
    expect(outcome?.detail).toBe(`HTTP 401 from http://${host}/healthz`);
  });

  it('does not wait for a body that never ends', async () => {
    let written = 0;
    const host = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(4096))) written += 4096;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect((await probeHttp({ target: `http://${host}/` }, never))?.healthy).toBe(true);
    expect(written).toBeGreaterThan(65_536);
  });

  it('knows nothing when it must give up before an answer', async () => {
    const giveUp = new AbortController();
    const host = await serve(() => giveUp.abort());
    expect(await probeHttp({ target: `http://${host}/` }, giveUp.signal)).toBeUndefined();
  });

  it('knows the status when it must give up amid the body', async () => {
    const giveUp = new AbortController();
    const host = await serve((_, response) => {
      response.writeHead(200).write('and then');
    });
    const onHeaders = (): void => void setImmediate(() => giveUp.abort());
    subscribe('http.client.response.finish', onHeaders);
    cleanups.push(() => unsubscribe('http.client.response.finish', onHeaders));
    expect((await probeHttp({ target: `http://${host}/` }, giveUp.signal))?.healthy).toBe(true);
  });

  it('says what went wrong', async () => {
    const server = createTcpServer((socket) => socket.destroy());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await probeHttp({ target: `http://127.0.0.1:${port}/` }, never)).toEqual({
      healthy: false,
      detail: 'connection reset',
    });
    await promisify(server.close.bind(server))();
    expect(await probeHttp({ target: `http://127.0.0.1:${port}/` }, never)).toEqual({
      healthy: false,
      detail: 'connection refused',
    });
  });

  it('takes what is not HTTP for a failure', async () => {
    const server = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect((await probeHttp({ target: `http://127.0.0.1:${port}/` }, never))?.healthy).toBe(false);
  });
});

describe('an HTTPS probe', () => {
  let folder: string;
  let host: string;
  let tls: Server;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vipcast-probe-'));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    await run('openssl', [...made, '-keyout', key, '-out', certificate, ...subject]);
    tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) =>
      response.end(),
    ) as unknown as Server;
    tls.listen(0, '127.0.0.1');
    await once(tls, 'listening');
    host = `127.0.0.1:${(tls.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    tls.close();
    rmSync(folder, { recursive: true });
  });

  it('does not believe a certificate that the system does not know', async () => {
    expect(await probeHttp({ target: `https://${host}/` }, never)).toEqual({
      healthy: false,
      detail: expect.stringContaining('certificate'),
    });
  });

  it('believes the authority that it is given, and that one alone', async () => {
    const ca = join(folder, 'certificate.pem');
    expect(await probeHttp({ target: `https://${host}/livez`, ca }, never)).toEqual({
      healthy: true,
      detail: `HTTP 200 from https://${host}/livez`,
    });
    const other = join(folder, 'other.pem');
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    await run('openssl', [
      ...made,
      '-keyout',
      join(folder, 'other.key'),
      '-out',
      other,
      '-subj',
      '/CN=other',
    ]);
    expect((await probeHttp({ target: `https://${host}/`, ca: other }, never))?.healthy).toBe(false);
    copyFileSync(ca, other);
    expect((await probeHttp({ target: `https://${host}/`, ca: other }, never))?.healthy).toBe(true);
  });

  it('checks whom the certificate is for', async () => {
    const target = `https://${host.replace('127.0.0.1', 'localhost')}/`;
    const outcome = await probeHttp({ target, ca: join(folder, 'certificate.pem') }, never);
    expect(outcome).toEqual({ healthy: false, detail: expect.stringContaining('localhost') });
    expect((await probeHttp({ target, insecure: true }, never))?.healthy).toBe(true);
  });

  it.each([
    ['is not there', 'absent.pem', 'no such file'],
    ['is none', 'key.pem', ''],
  ])('fails while the file of authorities %s', async (_, file, why) => {
    const ca = join(folder, file);
    const outcome = await probeHttp({ target: `https://${host}/`, ca }, never);
    expect(outcome).toEqual({ healthy: false, detail: expect.stringContaining(why) });
  });

  it('believes the system’s certificates', async () => {
    const script = `import { probeHttp } from ${JSON.stringify(new URL('./http.ts', import.meta.url).href)};
      console.log(JSON.stringify(await probeHttp({ target: 'https://${host}/' }, new AbortController().signal)));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, SSL_CERT_FILE: join(folder, 'certificate.pem') },
    });
    expect(JSON.parse(stdout)).toEqual({ healthy: true, detail: `HTTP 200 from https://${host}/` });
  });
});
