import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ApiServer,
  type Asked,
  failure,
  plainAccess,
  plainCluster,
  send,
  startApiServer,
} from '../api-server-fixture.ts';
import { type Cluster, openCluster } from './cluster.ts';

let server: ApiServer;
let cluster: Cluster;

beforeEach(async () => {
  server = await startApiServer();
  cluster = plainCluster(server.port);
});

afterEach(async () => {
  cluster.close();
  await server.close();
});

const get = (path = '/x') => cluster.request({ method: 'GET', path });
const errorOf = async (answer: ReturnType<Cluster['request']>) => {
  const got = await answer;
  if (got.ok) throw new Error('no error');
  return got.error;
};

describe('requests', () => {
  it.each([
    ['GET', undefined, undefined, undefined],
    ['DELETE', undefined, undefined, undefined],
    ['POST', { a: 'é' }, undefined, 'application/json'],
    ['PUT', { a: 1 }, undefined, 'application/json'],
    ['PATCH', { a: 1 }, undefined, 'application/merge-patch+json'],
    ['PATCH', [], { type: 'json' }, 'application/json-patch+json'],
    ['PATCH', {}, { type: 'strategic-merge' }, 'application/strategic-merge-patch+json'],
    ['PATCH', {}, { type: 'apply', fieldManager: 'vipcast', force: true }, 'application/apply-patch+yaml'],
  ] as const)('%s %j with patch %j', async (method, body, patch, contentType) => {
    server.reply((asked) => send(asked, 201, { echo: true }));
    const answer = await cluster.request({
      method,
      path: '/api/v1/x',
      query: { limit: 5, none: undefined },
      ...(body !== undefined && { body }),
      ...(patch !== undefined && { patch }),
    });
    expect(answer).toEqual({ ok: true, status: 201, body: { echo: true } });
    const [asked] = server.asked as [Asked];
    const expected = patch?.type === 'apply' ? 'limit=5&fieldManager=vipcast&force=true' : 'limit=5';
    expect([asked.method, asked.path, asked.query.toString()]).toEqual([method, '/api/v1/x', expected]);
    expect(asked.headers['content-type']).toBe(contentType);
    expect(asked.headers['user-agent']).toBe('vipcast/0.0.0');
    expect(asked.body).toBe(body === undefined ? '' : JSON.stringify(body));
  });

  it('go below the prefix of the server', async () => {
    const access = plainAccess(server.port);
    const below = openCluster(
      { ...access, server: { ...access.server, prefix: '/k8s/c1' } },
      { version: '1' },
    );
    server.reply((asked) => send(asked, 200, {}));
    await below.request({ method: 'GET', path: '/version' });
    below.close();
    expect(server.asked[0]?.path).toBe('/k8s/c1/version');
  });

  it('share one connection', async () => {
    const ports = new Set<number | undefined>();
    server.reply((asked) => {
      ports.add(asked.response.socket?.remotePort);
      send(asked, 200, {});
    });
    for (let i = 0; i < 5; i++) await get();
    expect(ports.size).toBe(1);
  });

  it('go out again when the connection was closed just before', async () => {
    server.reply((asked) => send(asked, 200, {}));
    await get();
    server.reply((asked) => {
      if (server.asked.length === 2) asked.response.socket?.destroy();
      else send(asked, 200, { second: true });
    });
    expect(await get()).toMatchObject({ ok: true, body: { second: true } });
  });
});

describe('errors', () => {
  it.each([
    [failure(409, 'Conflict', 'no'), {}, 409, { status: 409, reason: 'Conflict', message: 'no' }],
    [failure(429, 'TooManyRequests'), { 'retry-after': '7' }, 429, { retryAfter: 7000 }],
    [{ ...failure(500, 'X'), details: { retryAfterSeconds: 3 } }, {}, 500, { retryAfter: 3000 }],
    [{ kind: 'Status' }, {}, 404, { status: 404, reason: 'NotFound' }],
    [
      '<html>\u001b[31mBad gateway',
      { 'content-type': 'text/html' },
      502,
      { status: 502, reason: 'Unknown', message: 'answered 502 with text/html: <html> [31mBad gateway' },
    ],
    ['', {}, 401, { status: 401, reason: 'Unauthorized' }],
    ['', { location: '/login' }, 302, { status: 302 }],
    ['{"kind":', {}, 200, { status: 200, reason: 'Malformed' }],
    [
      '<html>',
      { 'content-type': 'text/html' },
      200,
      { reason: 'Malformed', message: '6 characters of text/html that are not JSON' },
    ],
    [{ big: 'x'.repeat(2000) }, {}, 200, { reason: 'TooLarge' }],
  ])('are values: %j with %j and %i', async (body, headers, status, expected) => {
    server.reply((asked) => send(asked, status, body, headers as { [name: string]: string }));
    const answer = cluster.request({ method: 'GET', path: '/x', largestBody: 1000 });
    expect(await errorOf(answer)).toMatchObject(expected);
  });

  it('name the server that cannot be reached', async () => {
    const closed = plainCluster(1);
    expect(await errorOf(closed.request({ method: 'GET', path: '/' }))).toMatchObject({
      status: 0,
      reason: 'Unreachable',
      message: 'http://127.0.0.1:1 cannot be reached: ECONNREFUSED',
    });
  });

  it.each<[string, (asked: Asked) => void]>([
    ['without an answer', () => undefined],
    ['in the answer', ({ response }) => response.writeHead(200).write('{')],
    ['in an error', ({ response }) => response.writeHead(500).write('{')],
  ])('tell of silence %s', async (_, reply) => {
    server.reply(reply);
    const error = await errorOf(cluster.request({ method: 'GET', path: '/', timeoutMs: 100 }));
    expect(error).toMatchObject({ status: 0, reason: 'Timeout' });
    expect(error.message).toMatch(/did not answer within 0\.1 s/);
  });

  it('tell of a connection that breaks in the answer', async () => {
    server.reply(({ response }) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{', () => server.reset());
    });
    expect(await errorOf(get())).toMatchObject({ reason: 'Unreachable' });
  });

  it('tell that we closed', async () => {
    cluster.close();
    expect(await errorOf(get())).toMatchObject({ reason: 'Closed' });
  });

  it('are bounded when their body has no end', async () => {
    server.reply(({ response }) => {
      response.writeHead(500);
      const write = () => response.write('x'.repeat(60_000), (error) => error ?? write());
      write();
    });
    expect(await errorOf(get())).toMatchObject({ status: 500, reason: 'InternalError' });
  });
});

describe('streams', () => {
  const listen = (path = '/x') => {
    const heard: string[] = [];
    const close = cluster.stream(
      path,
      { watch: true },
      {
        opened: () => heard.push('opened'),
        chunk: (bytes) => heard.push(String(bytes)),
        ended: () => heard.push('ended'),
        failed: ({ reason }) => heard.push(reason),
      },
    );
    return { heard, close };
  };
  const stream = ({ response }: Asked, ...lines: string[]) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const line of lines) response.write(line);
    return response;
  };

  it.each<[string, (asked: Asked) => void, string[]]>([
    ['that ends', (asked) => stream(asked, 'a').end(), ['opened', 'a', 'ended']],
    [
      'that breaks',
      (asked) => stream(asked).write('a', () => asked.response.destroy()),
      ['opened', 'a', 'Unreachable'],
    ],
    ['that is refused', (asked) => send(asked, 410, failure(410, 'Expired')), ['Expired']],
    ['of HTML', (asked) => send(asked, 200, '<', { 'content-type': 'text/html' }), ['Malformed']],
  ])('%s', async (_, reply, expected) => {
    server.reply(reply);
    const { heard } = listen();
    await expect.poll(() => heard).toEqual(expected);
  });

  it('say nothing once they are closed', async () => {
    let answer: Asked | undefined;
    server.reply((asked) => {
      answer = asked;
      stream(asked, 'a');
    });
    const { heard, close } = listen();
    await expect.poll(() => heard).toEqual(['opened', 'a']);
    close();
    await expect.poll(() => answer?.response.destroyed).toBe(true);
    expect(heard).toEqual(['opened', 'a']);
  });
});

it('shows nothing inside when it is inspected', () => {
  expect(inspect(cluster, { depth: 9, showHidden: true })).not.toContain('agent');
});
