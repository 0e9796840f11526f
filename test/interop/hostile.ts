import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { notificationMessage, openMessage } from './bgp-bytes.ts';

/** What a hostile peer does with a connection. */
export type Hostility =
  | { readonly kind: 'closes' }
  | { readonly kind: 'resets' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'tls' }
  | { readonly kind: 'http' }
  | { readonly kind: 'silent' }
  /** Reads the OPEN, answers with this NOTIFICATION and closes. */
  | {
      readonly kind: 'refuses';
      readonly code: number;
      readonly subcode: number;
      readonly data?: readonly number[];
    }
  /** Completes the handshake, then reads nothing more, so that the window closes. */
  | { readonly kind: 'stops-reading'; readonly localASN: number; readonly routerId: string }
  /** Sends these bytes, then waits. */
  | { readonly kind: 'says'; readonly bytes: Uint8Array };

/** A listening peer that behaves badly. */
export interface Hostile extends AsyncDisposable {
  readonly port: number;
  /** Connections taken so far. */
  connections(): number;
  /** Bytes read so far, over all connections. */
  bytesRead(): number;
}

// The first bytes of a TLS 1.2 ClientHello record: handshake, version 3.1, 512 bytes to come.
const TLS_HELLO = Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, ...Array<number>(32).fill(0x5a));
const HTTP = new TextEncoder().encode(
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n400 Bad Request',
);
const GARBAGE = Uint8Array.from({ length: 512 }, (_, index) => (index * 167 + 13) & 0xff);
const KEEPALIVE = Uint8Array.of(...Array<number>(16).fill(0xff), 0, 19, 4);

const stopReading = (socket: Socket, open: Uint8Array): void => {
  socket.once('data', () => {
    socket.write(open);
    socket.write(KEEPALIVE);
    socket.pause();
  });
};

const behave = (socket: Socket, hostility: Hostility): void => {
  switch (hostility.kind) {
    case 'closes':
      socket.end();
      return;
    case 'resets':
      socket.resetAndDestroy();
      return;
    case 'garbage':
      socket.write(GARBAGE);
      return;
    case 'tls':
      socket.write(TLS_HELLO);
      return;
    case 'http':
      socket.end(HTTP);
      return;
    case 'silent':
      return;
    case 'says':
      socket.write(hostility.bytes);
      return;
    case 'refuses':
      socket.once('data', () =>
        socket.end(notificationMessage(hostility.code, hostility.subcode, hostility.data)),
      );
      return;
    case 'stops-reading':
      stopReading(socket, openMessage(hostility));
  }
};

/** Starts a hostile peer; port 0 lets the kernel choose. */
export const startHostile = async (hostility: Hostility, address: string, port = 0): Promise<Hostile> => {
  const sockets = new Set<Socket>();
  let connections = 0;
  let bytesRead = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    if (hostility.kind !== 'stops-reading') {
      socket.on('data', (chunk: Uint8Array) => {
        bytesRead += chunk.length;
      });
    }
    behave(socket, hostility);
  });
  server.listen(port, address);
  await once(server, 'listening');
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    connections: () => connections,
    bytesRead: () => bytesRead,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
