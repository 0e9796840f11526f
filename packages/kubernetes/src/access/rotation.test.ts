import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiServer, failure, send, startApiServer } from '../api-server-fixture.ts';
import { type Identity, makeCertificate } from '../certificates-fixture.ts';
import { systemClock } from '../clock.ts';
import type { ApiError } from '../request/api-error.ts';
import { type Cluster, openCluster } from '../request/cluster.ts';
import { loadAccess } from './load.ts';

let folder: string;
let old: { authority: Identity; server: Identity };
let fresh: typeof old;
let named: Identity;
let client: Identity;

let server: ApiServer;
let cluster: Cluster;
let now: number;
const clock = { ...systemClock, monotonic: () => now };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vipcast-rotation-'));
  const pair = (name: string) => {
    const authority = makeCertificate(folder, `${name}-authority`);
    return { authority, server: makeCertificate(folder, name, authority) };
  };
  old = pair('old');
  fresh = pair('fresh');
  named = makeCertificate(folder, 'named', old.authority, 'DNS:kubernetes');
  client = makeCertificate(folder, 'client', old.authority);
});

afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const tls = ({ cert, key }: Identity) => ({
  cert,
  key,
  ca: old.authority.cert,
  requestCert: true,
  rejectUnauthorized: false,
});
const open = async (clusterFields: object, userFields: object): Promise<Cluster> => {
  const entry = { server: `https://127.0.0.1:${server.port}`, ...clusterFields };
  write(
    'kubeconfig',
    JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      clusters: [{ name: 'k', cluster: entry }],
      users: [{ name: 'u', user: userFields }],
    }),
  );
  const answer = await loadAccess({ kubeconfig: join(folder, 'kubeconfig'), clock, env: process.env });
  if (!answer.ok) throw new Error(answer.problem.message);
  return openCluster(answer.access, { version: '0' });
};
const get = () => cluster.request({ method: 'GET', path: '/version' });

beforeEach(async () => {
  now = 0;
  server = await startApiServer(tls(old.server));
  server.reply((asked) => send(asked, 200, {}));
  write('ca', old.authority.cert);
  write('token', 'token-1');
});

afterEach(async () => {
  cluster.close();
  await server.close();
});

describe('a token in a file', () => {
  const accept = (token: string): void =>
    server.reply((asked) =>
      asked.headers.authorization === `Bearer ${token}`
        ? send(asked, 200, {})
        : send(asked, 401, failure(401, 'Unauthorized')),
    );

  beforeEach(async () => {
    cluster = await open({ 'certificate-authority': 'ca' }, { tokenFile: 'token' });
  });

  it('is read again at once after a 401', async () => {
    accept('token-1');
    expect(await get()).toMatchObject({ ok: true });
    accept('token-2');
    write('token', 'token-2');
    expect(await get()).toMatchObject({ ok: true });
    expect(server.asked).toHaveLength(3);
  });

  it('opens a stream after a 401 too', async () => {
    accept('token-2');
    await get();
    write('token', 'token-2');
    const opened = new Promise((resolve) => {
      cluster.stream(
        '/x',
        {},
        { opened: () => resolve('opened'), chunk: () => 0, ended: () => 0, failed: resolve },
      );
    });
    expect(await opened).toBe('opened');
  });

  it('is read again after a minute, and not before', async () => {
    accept('token-1');
    await get();
    write('token', 'token-2');
    now = 59_999;
    expect(await get()).toMatchObject({ ok: true });
    accept('token-2');
    now = 60_000;
    expect(await get()).toMatchObject({ ok: true });
    expect(server.asked).toHaveLength(3);
  });

  it('that did not change is not sent twice', async () => {
    accept('token-2');
    expect(await get()).toMatchObject({ error: { status: 401 } });
    expect(server.asked).toHaveLength(1);
  });

  it('that is gone stays as it was, and a 401 then says so', async () => {
    accept('token-1');
    await get();
    unlinkSync(join(folder, 'token'));
    now = 61_000;
    expect(await get()).toMatchObject({ ok: true });
    accept('token-2');
    const answer = await get();
    expect(answer).toMatchObject({
      error: { message: expect.stringMatching(/token cannot be read: ENOENT$/) },
    });
    expect(JSON.stringify(answer)).not.toContain('token-1');
  });

  it.each([
    ['a Status', (told: string) => failure(403, 'Forbidden', `no: ${told}`)],
    ['a page', (told: string) => `<pre>${told}</pre>`],
  ])('is not in the error when %s repeats it', async (_, body) => {
    write('token', 'short-canary');
    server.reply((asked) => send(asked, 403, body(asked.headers.authorization ?? '')));
    const answers = [await get()];
    await new Promise<void>((resolve) => {
      const failed = (error: ApiError): void => {
        answers.push({ ok: false, error });
        resolve();
      };
      cluster.stream('/x', {}, { opened: () => 0, chunk: () => 0, ended: () => 0, failed });
    });
    expect(answers).toHaveLength(2);
    for (const answer of answers) {
      expect(answer).toMatchObject({ error: { message: expect.stringContaining('Bearer [secret]') } });
      expect(JSON.stringify(answer)).not.toContain('canary');
    }
  });

  it('that never was sends nothing', async () => {
    unlinkSync(join(folder, 'token'));
    expect(await get()).toMatchObject({ error: { reason: 'Credentials' } });
    expect(server.asked).toHaveLength(0);
  });
});

describe('authorities', () => {
  it('in a file are read again when the server shows a certificate of another', async () => {
    cluster = await open({ 'certificate-authority': 'ca' }, {});
    expect(await get()).toMatchObject({ ok: true });
    server.present(tls(fresh.server));
    server.reset();
    expect(await get()).toMatchObject({ error: { status: 0, reason: 'Untrusted' } });
    write('ca', `${old.authority.cert}${fresh.authority.cert}`);
    expect(await get()).toMatchObject({ ok: true });
  });

  it('that are rotated while a connection is open change nothing for it', async () => {
    cluster = await open({ 'certificate-authority': 'ca' }, {});
    const ports: (number | undefined)[] = [];
    server.reply((asked) => {
      ports.push(asked.response.socket?.remotePort);
      send(asked, 200, {});
    });
    await get();
    write('ca', fresh.authority.cert);
    now = 30_000;
    await get();
    expect(new Set(ports).size).toBe(1);
  });

  it('half-written are not used', async () => {
    cluster = await open({ 'certificate-authority': 'ca' }, {});
    await get();
    for (const text of [
      '-----BEGIN CERTIFICATE-----\nMII',
      '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----',
    ]) {
      write('ca', text);
      now += 61_000;
      server.reset();
      expect(await get()).toMatchObject({ ok: true });
    }
  });

  it('that no TLS can use are named as what is wrong', async () => {
    write('ca', '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----');
    cluster = await open({ 'certificate-authority': 'ca' }, {});
    expect(await get()).toMatchObject({
      error: {
        reason: 'Credentials',
        message: expect.stringMatching(/ca holds a certificate that cannot be read$/),
      },
    });
  });

  it('that are unknown are refused, unless told otherwise', async () => {
    cluster = await open(
      { 'certificate-authority-data': Buffer.from(fresh.authority.cert).toString('base64') },
      {},
    );
    expect(await get()).toMatchObject({ error: { reason: 'Untrusted' } });
    cluster.close();
    cluster = await open({ 'insecure-skip-tls-verify': true }, {});
    expect(await get()).toMatchObject({ ok: true });
  });

  it('are asked for the name in tls-server-name', async () => {
    server.present(tls(named));
    cluster = await open({ 'certificate-authority': 'ca' }, {});
    expect(await get()).toMatchObject({
      error: { reason: 'Untrusted', message: expect.stringContaining('ALTNAME') },
    });
    cluster.close();
    cluster = await open({ 'certificate-authority': 'ca', 'tls-server-name': 'kubernetes' }, {});
    expect(await get()).toMatchObject({ ok: true });
  });
});

describe('a client certificate', () => {
  const subjects: unknown[] = [];
  beforeEach(() => {
    subjects.length = 0;
    server.reply((asked) => {
      subjects.push((asked.response.socket as TLSSocket).getPeerCertificate().subject?.CN);
      send(asked, 200, {});
    });
  });

  it('is shown', async () => {
    cluster = await open(
      { 'certificate-authority': 'ca' },
      { 'client-certificate': 'client.crt', 'client-key': 'client.key' },
    );
    await get();
    expect(subjects).toEqual(['client']);
  });

  it('of a program is shown', async () => {
    const status = { clientCertificateData: client.cert, clientKeyData: client.key };
    const apiVersion = 'client.authentication.k8s.io/v1';
    write('credential', JSON.stringify({ apiVersion, kind: 'ExecCredential', status }));
    const exec = { apiVersion, command: 'cat', args: [join(folder, 'credential')], interactiveMode: 'Never' };
    cluster = await open({ 'certificate-authority': 'ca' }, { exec });
    expect(await get()).toMatchObject({ ok: true });
    expect(subjects).toEqual(['client']);
  });
});
