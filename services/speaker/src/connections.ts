import type { Socket } from 'node:net';
import type { PeerConfig } from '@vipcast/config';
import { dial } from '@vipcast/linux';
import { type Address, ipv4, parseAddress, unmapIPv4 } from '@vipcast/net';
import type { Connection, Input } from '@vipcast/session';
import { watchSending } from './sending.ts';
import { dialOptions } from './socket-options.ts';

/** An input as the network makes it: the actor adds time and randomness. */
export type NetworkInput<I = Input> = I extends Input ? Omit<I, 'at' | 'random'> : never;

/** The TCP side of one peer: at most one connection each way. */
export interface Connections {
  dial(): void;
  abortDial(): void;
  /** Takes an accepted socket, which the session may refuse. */
  accept(socket: Socket): void;
  write(connection: Connection, messages: readonly Uint8Array[]): void;
  /** False while the kernel has not taken what was written. */
  writable(connection: Connection): boolean;
  /** Flush, then close; once more, and it is dropped. */
  close(connection: Connection): void;
  /** Drops every connection and reports each as failed. */
  drop(because: string): void;
  /** Drops every connection without a word. */
  destroy(): void;
  /** True once no connection is left. */
  silent(): boolean;
}

const addressOf = (text: string | undefined): Address => {
  const address = parseAddress((text ?? '').replace(/%.*$/, ''));
  return address === undefined ? ipv4(0) : unmapIPv4(address);
};

const sentence = (error: NodeJS.ErrnoException): string => {
  const words: Record<string, string> = {
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'connection reset by peer',
    EHOSTUNREACH: 'no route to host',
    ENETUNREACH: 'network unreachable',
    ETIMEDOUT: 'connection timed out',
    EPIPE: 'connection closed by peer',
    EADDRNOTAVAIL: 'the source address is not on this host',
  };
  return words[error.code ?? ''] ?? error.message;
};

/** Opens, holds and closes the connections of one peer; everything that happens to them becomes an input. */
export const createConnections = (options: {
  readonly peer: PeerConfig;
  readonly external: boolean;
  readonly onInput: (input: NetworkInput) => void;
  readonly onWritable: (connection: Connection) => void;
}): Connections => {
  const { peer, onInput, onWritable } = options;
  const sockets = new Map<Connection, Socket>();
  const writers = new WeakMap<Socket, (bytes: Uint8Array) => void>();
  const closing = new WeakSet<Socket>();
  /** A connection that the session is hearing of right now, and may refuse. */
  let arriving: { readonly connection: Connection; refused: boolean } | undefined;

  const attach = (connection: Connection, socket: Socket): void => {
    let because = 'connection closed by peer';
    const mine = (): boolean => sockets.get(connection) === socket;
    socket.setNoDelay(true);
    writers.set(
      socket,
      watchSending(socket, (type) => mine() && onInput({ type, connection })),
    );
    socket.on('data', (bytes: Buffer) => mine() && onInput({ type: 'BytesReceived', connection, bytes }));
    socket.on('drain', () => mine() && onWritable(connection));
    socket.on('error', (error) => {
      because = sentence(error);
    });
    socket.on('close', () => {
      if (!mine()) return;
      sockets.delete(connection);
      onInput({ type: 'TcpConnectionFails', connection, because });
    });
  };

  const confirm = (connection: Connection, socket: Socket): void =>
    onInput({
      type: 'TcpConnectionConfirmed',
      connection,
      localAddress: addressOf(socket.localAddress),
      remoteAddress: addressOf(socket.remoteAddress),
    });

  const forget = (connection: Connection): void => {
    const socket = sockets.get(connection);
    sockets.delete(connection);
    socket?.destroy();
  };

  const dialOut = (): void => {
    forget('outgoing');
    try {
      const host = peer.address ?? '';
      const socket = dial({ ...dialOptions(peer, options.external), host, port: peer.port });
      sockets.set('outgoing', socket);
      attach('outgoing', socket);
      socket.once('connect', () => confirm('outgoing', socket));
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      onInput({ type: 'TcpConnectionFails', connection: 'outgoing', because });
    }
  };

  /** The session decides which of two incoming connections stays: see the effect `close`. */
  const arrive = (socket: Socket): void => {
    const older = sockets.get('incoming');
    const visit = { connection: 'incoming' as const, refused: false };
    attach('incoming', socket);
    sockets.set('incoming', socket);
    arriving = visit;
    confirm('incoming', socket);
    arriving = undefined;
    if (!visit.refused) older?.destroy();
    else {
      if (older === undefined) sockets.delete('incoming');
      else sockets.set('incoming', older);
      socket.destroy();
    }
  };

  const close = (connection: Connection): void => {
    if (arriving?.connection === connection) {
      arriving.refused = true;
      return;
    }
    const socket = sockets.get(connection);
    if (socket === undefined) return;
    if (closing.has(socket)) socket.destroy();
    else socket.destroySoon();
    closing.add(socket);
  };

  return {
    dial: dialOut,
    abortDial: () => forget('outgoing'),
    accept: arrive,
    write: (connection, messages) => {
      const socket = sockets.get(connection);
      if (socket === undefined || messages.length === 0) return;
      writers.get(socket)?.(messages.length === 1 ? (messages[0] as Uint8Array) : Buffer.concat(messages));
    },
    writable: (connection) => sockets.get(connection)?.writableNeedDrain === false,
    close,
    drop: (because) => {
      for (const connection of [...sockets.keys()]) {
        forget(connection);
        onInput({ type: 'TcpConnectionFails', connection, because });
      }
    },
    destroy: () => {
      for (const connection of [...sockets.keys()]) forget(connection);
    },
    silent: () => sockets.size === 0,
  };
};
