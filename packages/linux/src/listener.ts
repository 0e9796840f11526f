import { createServer, isIP, type Server, type Socket } from 'node:net';
import { closeSocket, nativeOptions, openSocket } from './socket.ts';
import { type Md5Key, type Protection, protect } from './socket-option.ts';

/** Where to listen, and what guards it. */
export interface ListenOptions extends Omit<Protection, 'md5'> {
  /** An address; `::` takes IPv4 too. */
  readonly address: string;
  readonly port: number;
  readonly device?: string;
  /** A key for each peer that must sign; others connect without. */
  readonly keys?: readonly Md5Key[];
}

const openListener = ({ address, keys = [], port, ...options }: ListenOptions): number => {
  const family = isIP(address);
  if (family !== 4 && family !== 6) throw new TypeError(`"${address}" is not an address`);
  const fd = openSocket({ ...options, family, localAddress: address, localPort: port });
  try {
    for (const md5 of keys) protect(fd, family, { md5 });
  } catch (error) {
    closeSocket(fd);
    throw error;
  }
  return fd;
};

/**
 * Listens for TCP connections; `listening` and `error` are emitted as by any server. The socket has its guards before
 * it listens, so that no unguarded connection slips in, and it is open on return. Elsewhere than on Linux it is Node's own, without guards.
 */
export const listen = (options: ListenOptions, onConnection?: (socket: Socket) => void): Server => {
  const server = createServer(onConnection);
  const { address, keys = [], port } = options;
  const guarded = keys.length > 0 || nativeOptions(options).length > 0;
  if (process.platform !== 'linux' && !guarded) return server.listen({ host: address, port });
  try {
    return server.listen({ fd: openListener(options) });
  } catch (error) {
    process.nextTick(() => server.emit('error', error));
    return server;
  }
};
