import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, type TlsOptions } from 'node:tls';
import type { Access } from './access/access.ts';
import { createIdentity } from './access/identity.ts';
import type { JsonObject } from './json.ts';
import { type Cluster, openCluster } from './request/cluster.ts';

/** A request as the fixture heard it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly response: ServerResponse;
}

/** Answers a request, or leaves it without an answer. */
export type Reply = (asked: Asked) => void;

/** A server on loopback that answers as it is told. */
export interface ApiServer {
  readonly port: number;
  readonly asked: readonly Asked[];
  /** Answers from now on. */
  readonly reply: (reply: Reply) => void;
  /** Resets every connection. */
  readonly reset: () => void;
  readonly present: (tls: TlsOptions) => void;
  readonly close: () => Promise<void>;
}

/** Starts one; with `tls` it speaks HTTPS. */
export const startApiServer = async (tls?: TlsOptions): Promise<ApiServer> => {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  let reply: Reply = () => undefined;
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? '', 'http://x');
    const one: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
      response,
    };
    asked.push(one);
    reply(one);
  };
  const secure = tls && createTlsServer(tls, listener);
  const server = secure ?? createServer(listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reset = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    reply: (next) => {
      reply = next;
    },
    reset,
    present: (next) => secure?.setSecureContext({ ...next, ...createSecureContext(next) }),
    close: async () => {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Answers with JSON, or with a text as it is. */
export const send = (
  { response }: Asked,
  status: number,
  body: unknown,
  headers: { readonly [name: string]: string } = {},
): void => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
};

/** A `Status` as the API server writes one. */
export const failure = (code: number, reason: string, message = `${reason}!`): JsonObject => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  reason,
  message,
});

/** The way to a fixture that asks for nothing. */
export const plainAccess = (port: number): Access => ({
  ...createIdentity({
    ca: undefined,
    token: undefined,
    certificate: undefined,
    key: undefined,
    program: undefined,
  }),
  server: { protocol: 'http:', host: '127.0.0.1', port, prefix: '' },
  serverName: undefined,
  verify: true,
  namespace: 'default',
  source: 'test',
});

/** A client of a fixture. */
export const plainCluster = (port: number): Cluster => openCluster(plainAccess(port), { version: '0.0.0' });

/** An object as the API server would send it. */
export const object = (
  name: string,
  uid: string,
  resourceVersion: string,
  spec: unknown = {},
): JsonObject => ({
  metadata: { namespace: 'default', name, uid, resourceVersion },
  spec,
});

/** A page of a list. */
export const page = (items: readonly JsonObject[], resourceVersion: string, next?: string): JsonObject => ({
  kind: 'List',
  metadata: { resourceVersion, ...(next !== undefined && { continue: next }) },
  items,
});
