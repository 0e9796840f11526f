import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { countUpdate, messages, openMessage, type UpdateCount } from './bgp-bytes.ts';

/** One UPDATE as it came off the wire. */
export interface ReceivedUpdate {
  /** `process.hrtime.bigint()` when its last byte had been read. */
  readonly at: bigint;
  readonly bytes: Uint8Array;
  readonly count: UpdateCount;
}

/** How the receiver introduces itself and which end opens the connection. */
export interface ReceiverConfig {
  readonly localASN: number;
  /** Dotted quad. */
  readonly routerId: string;
  readonly address: string;
  readonly port: number;
  /** True: connects to `address` and `port`. False: listens there; port 0 lets the kernel choose. */
  readonly dial?: boolean;
  /** Offers RFC 8950 for IPv4 unicast. */
  readonly extendedNextHop?: boolean;
  /** Seconds; default 90. Keepalives go out every third of it. */
  readonly holdTime?: number;
}

/** A BGP speaker that only listens, and shares no code with the one under test. */
export interface Receiver extends AsyncDisposable {
  readonly port: number;
  /** UPDATEs in order of arrival, End-of-RIB among them (its counts are all 0). */
  readonly updates: readonly ReceivedUpdate[];
  /** The OPEN of the last connection, with its header. */
  open(): Uint8Array | undefined;
  /** NOTIFICATION and ROUTE-REFRESH messages, with their headers. */
  readonly others: readonly Uint8Array[];
  /** True from the peer's KEEPALIVE after the OPENs until the connection ends. */
  established(): boolean;
  establishedCount(): number;
  /** Sends bytes as they are: UPDATEs of the test's own making. */
  send(bytes: Uint8Array): void;
  /** Forgets the updates and the other messages so far. */
  clear(): void;
  /** Drops the connection; a listening receiver takes the next one. */
  disconnect(): void;
}

const OPEN = 1;
const UPDATE = 2;
const KEEPALIVE = 4;
const KEEPALIVE_MESSAGE = Uint8Array.of(...Array<number>(16).fill(0xff), 0, 19, KEEPALIVE);

/** Starts a receiver; it answers one connection at a time, the newest. */
export const startReceiver = async (config: ReceiverConfig): Promise<Receiver> => {
  const updates: ReceivedUpdate[] = [];
  const others: Uint8Array[] = [];
  const sockets = new Set<Socket>();
  let current: Socket | undefined;
  let open: Uint8Array | undefined;
  let up = false;
  let upCount = 0;

  const receive = (socket: Socket, message: Uint8Array, at: bigint): void => {
    const type = message[18];
    if (type === UPDATE) updates.push({ at, bytes: message, count: countUpdate(message) });
    else if (type === OPEN) {
      open = message;
      socket.write(KEEPALIVE_MESSAGE);
    } else if (type === KEEPALIVE) {
      if (!up) upCount += 1;
      up = true;
    } else others.push(message);
  };

  const attend = (socket: Socket): void => {
    current?.destroy();
    current = socket;
    up = false;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.write(openMessage(config));
    const take = messages();
    const keepalive = setInterval(() => up && socket.write(KEEPALIVE_MESSAGE), (config.holdTime ?? 90) * 333);
    socket.on('data', (chunk: Uint8Array) => {
      const at = process.hrtime.bigint();
      for (const message of take(chunk)) receive(socket, message, at);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearInterval(keepalive);
      sockets.delete(socket);
      if (socket === current) up = false;
    });
  };

  const server = createServer(attend);
  if (config.dial) {
    const socket = connect(config.port, config.address);
    await once(socket, 'connect');
    attend(socket);
  } else {
    server.listen(config.port, config.address);
    await once(server, 'listening');
  }
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : config.port,
    updates,
    others,
    open: () => open,
    established: () => up,
    establishedCount: () => upCount,
    send: (bytes) => current?.write(bytes),
    clear: () => {
      updates.length = 0;
      others.length = 0;
    },
    disconnect: () => current?.destroy(),
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
