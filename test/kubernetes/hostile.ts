/** A server that answers as an API server never does on demand: what it says is a script of replies. */

import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { discard, scratch } from '../interop/scratch.ts';
import { makeAuthority, makeIdentity } from './certificates.ts';
import { kubeconfig } from './kubeconfig.ts';

/** A request that came in. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  /** When, in milliseconds of performance.now(): for how long a client waited. */
  readonly at: number;
}

/** What a reply answers through. */
export interface Wire {
  readonly response: ServerResponse;
  /** Ends the connection with a reset, which also takes away what the client has not read yet. */
  reset(): void;
}

/** Answers a request, or leaves it without an answer. */
export type Reply = (wire: Wire, asked: Asked) => void | Promise<void>;

/** A server that does as it is told; on loopback, with TLS. */
export interface Hostile extends AsyncDisposable {
  readonly url: string;
  /** A file that leads a client here. */
  readonly kubeconfig: string;
  readonly authority: string;
  /** All that was asked so far. */
  readonly asked: readonly Asked[];
  /** The next requests that are no watches are answered so, one reply each; the last reply stays. */
  list(...replies: readonly Reply[]): void;
  /** The same for watches. */
  watch(...replies: readonly Reply[]): void;
  /** Resets all connections that are open now. */
  reset(): void;
}

const script = () => {
  let replies: readonly Reply[] = [];
  return {
    tell: (...told: readonly Reply[]) => {
      replies = told;
    },
    next: (): Reply | undefined => {
      const [first, ...rest] = replies;
      if (rest.length > 0) replies = rest;
      return first;
    },
  };
};

/** Starts it; until it is told more it leaves every request without an answer. */
export const startHostile = async (): Promise<Hostile> => {
  const folder = await scratch('hostile');
  const authority = await makeAuthority(folder);
  const { certificate: cert, key } = await makeIdentity(folder, authority, '/CN=hostile');
  const lists = script();
  const watches = script();
  const asked: Asked[] = [];
  // A TLS socket cannot be reset, the TCP one below it can.
  const sockets = new Map<number, Socket>();
  const server = createServer({ cert, key }, (request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url!, 'https://localhost');
    const { method = '', headers, socket } = request;
    const words = { method, path, query, authorization: headers.authorization, at: performance.now() };
    asked.push(words);
    const wire: Wire = { response, reset: () => sockets.get(socket.remotePort!)?.resetAndDestroy() };
    void (query.has('watch') ? watches : lists).next()?.(wire, words);
  });
  server.on('connection', (socket: Socket) => {
    const port = socket.remotePort!;
    sockets.set(port, socket.setNoDelay());
    socket.once('close', () => sockets.delete(port));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = join(folder, 'kubeconfig');
  await writeFile(file, kubeconfig(url, authority.certificate, { token: 'hostile' }));
  const reset = (): void => {
    for (const socket of sockets.values()) socket.resetAndDestroy();
  };
  return {
    url,
    kubeconfig: file,
    authority: authority.certificate,
    asked,
    list: lists.tell,
    watch: watches.tell,
    reset,
    [Symbol.asyncDispose]: async () => {
      reset();
      await new Promise((resolve) => server.close(resolve));
      await discard(folder);
    },
  };
};
