import { connect, isIP, Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { isLinkLocal, parseAddress } from '@vipcast/net';
import { closeSocket, nativeOptions, openSocket, type SocketOptions } from './socket.ts';
import { encodeSocketAddress } from './socket-address.ts';
import { NETWORK_CONTROL } from './socket-option.ts';

/** Where to connect, and how. */
export interface DialOptions extends Omit<SocketOptions, 'family'> {
  /** An address, with a zone (`fe80::1%eth0`) if it is link-local; names are not looked up. */
  readonly host: string;
  readonly port: number;
}

const adopt = (fd: number): Socket => {
  const options = { fd, manualStart: true };
  try {
    return new Socket(options);
  } catch (error) {
    closeSocket(fd);
    throw error;
  }
};

/**
 * Hands our descriptor to Node and connects it: `connect` uses the handle it finds. `manualStart` keeps the
 * constructor from reading before there is a connection, which would fail with ENOTCONN if the loop turned first.
 */
const connectOver = (fd: number, host: string, port: number): Socket => {
  const socket = adopt(fd);
  try {
    return socket.connect({ host, port });
  } catch (error) {
    socket.destroy();
    throw error;
  }
};

/**
 * The host with the zone it needs. For a link-local address without one, or with one that does not exist, libuv
 * silently takes the first interface that has a link-local address: a session with a stranger.
 */
const scoped = (host: string, device: string | undefined): string => {
  const address = parseAddress(host);
  const bare = address?.version === 6 && isLinkLocal(address);
  if (bare && device === undefined) throw new TypeError(`${host} needs an interface, as in ${host}%eth0`);
  const zoned = bare ? `${host}%${device}` : host;
  if (zoned.includes('%') && process.platform === 'linux') encodeSocketAddress(6, zoned, 0);
  return zoned;
};

const start = ({ port, ...options }: DialOptions): Socket => {
  const family = isIP(options.host);
  if (family !== 4 && family !== 6) throw new TypeError(`"${options.host}" is not an address`);
  const host = scoped(options.host, options.device);
  const { localAddress, localPort, tos } = options;
  if (nativeOptions(options).length > 0 || localAddress?.includes('%')) {
    return connectOver(openSocket({ ...options, family }), host, port);
  }
  return connect({
    host,
    port,
    typeOfService: tos ?? NETWORK_CONTROL,
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(localPort === undefined ? {} : { localPort }),
  });
};

const failed = (error: unknown): Socket => {
  const socket = new Socket();
  return socket.destroy(error instanceof Error ? error : new Error(String(error)));
};

/**
 * Connects, without ever blocking the thread. What is wrong with an option arrives as an `error` event too, so that
 * there is one way to fail. Aborting destroys the socket with an `AbortError`.
 */
export const dial = (options: DialOptions, signal?: AbortSignal): Socket => {
  let socket: Socket;
  try {
    socket = start(options);
  } catch (error) {
    return failed(error);
  }
  return signal === undefined ? socket : addAbortSignal(signal, socket);
};
