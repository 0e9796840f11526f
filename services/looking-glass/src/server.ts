import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Reply } from './reply.ts';

/** An HTTP server that listens. */
export interface HttpServer {
  close(): Promise<void>;
}

/** How to answer a method and a request target. */
export type Answer = (method: string, target: string) => Reply;

/** Milliseconds in which a request must be complete. */
const REQUEST_TIME = 5000;
const HEADER_BYTES = 8192;
const MOST_CONNECTIONS = 64;

const HEADERS = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Whoever asks does so seldom.
  connection: 'close',
};

/**
 * Lets the oldest connection give way to a new one when there are too many: whoever holds them all open must not keep
 * out the kubelet, which would take that for our death.
 */
const giveWay = (connections: Set<Socket>, socket: Socket): void => {
  connections.add(socket);
  socket.once('close', () => connections.delete(socket));
  const [oldest] = connections;
  if (connections.size > MOST_CONNECTIONS) oldest?.destroy();
};

/** Host and port of `127.0.0.1:1790`, `[::]:1790` or `name:1790`. */
const placeOf = (listen: string): { readonly host: string; readonly port: number } => {
  const colon = listen.lastIndexOf(':');
  return { host: listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(listen.slice(colon + 1)) };
};

/**
 * Listens, and answers every request by itself.
 * @throws the system's error when it cannot listen there
 */
export const startServer = async (listen: string, answer: Answer): Promise<HttpServer> => {
  const connections = new Set<Socket>();
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: REQUEST_TIME,
      requestTimeout: REQUEST_TIME,
      connectionsCheckingInterval: 1000,
    },
    ({ method = '', url = '' }, response) => {
      const { status, text } = answer(method, url);
      const allow = status === 405 ? { allow: 'GET, HEAD' } : {};
      response.writeHead(status, { ...HEADERS, ...allow, 'content-length': Buffer.byteLength(text) });
      response.end(text);
    },
  );
  server.on('connection', (socket) => giveWay(connections, socket));
  // One that cannot be accepted, for want of descriptors, is no reason to end a daemon.
  server.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(placeOf(listen), () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
};
