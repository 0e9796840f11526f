import { check, libc } from './libc.ts';
import { DOMAIN, encodeSocketAddress } from './socket-address.ts';
import {
  allowBothFamilies,
  bindToDevice,
  NETWORK_CONTROL,
  type Protection,
  protect,
  reuseAddress,
} from './socket-option.ts';

/** A TCP socket before it connects or listens. */
export interface SocketOptions extends Protection {
  readonly family: 4 | 6;
  /** Address to bind, with a zone (`fe80::1%eth0`) if it is link-local. */
  readonly localAddress?: string;
  readonly localPort?: number;
  /** Interface that everything must go through. */
  readonly device?: string;
}

/** SOCK_STREAM, SOCK_NONBLOCK and SOCK_CLOEXEC: children must not inherit a session. */
const STREAM = 1 | 0o4000 | 0o2000000;

const ANY = { 4: '0.0.0.0', 6: '::' } as const;

/** The device comes first: an address that only a VRF knows can be bound only inside it. */
const prepare = (fd: number, options: SocketOptions): void => {
  const { device, family, localAddress, localPort } = options;
  if (device !== undefined) bindToDevice(fd, device);
  protect(fd, family, { tos: NETWORK_CONTROL, ...options });
  if (localAddress === undefined && localPort === undefined) return;
  reuseAddress(fd);
  if (family === 6) allowBothFamilies(fd);
  const address = encodeSocketAddress(family, localAddress ?? ANY[family], localPort ?? 0);
  check(libc().bind(fd, address, address.length), `bind ${localAddress ?? ANY[family]}`, 'bind');
};

/**
 * Opens a non-blocking TCP socket with every option already set, neither connected nor listening.
 * @returns the file descriptor; the caller closes it, or hands it to a `net.Socket` or `net.Server`, which will
 * @throws a system error that names the option; nothing stays open
 */
export const openSocket = (options: SocketOptions): number => {
  requireLinux(options);
  const fd = check(libc().socket(DOMAIN[options.family], STREAM, 0), 'open a socket', 'socket');
  try {
    prepare(fd, options);
  } catch (error) {
    libc().close(fd);
    throw error;
  }
  return fd;
};

/** Closes a descriptor that nobody took over. */
export const closeSocket = (fd: number): void => {
  libc().close(fd);
};

const NATIVE = ['device', 'md5', 'ttl', 'minTtl'] as const;

/** The options given that Node cannot set by itself. */
export const nativeOptions = (options: Partial<SocketOptions>): string[] =>
  NATIVE.filter((name) => options[name] !== undefined);

/** @throws on other systems, naming the options that need Linux */
export const requireLinux = (options: Partial<SocketOptions>): void => {
  if (process.platform === 'linux') return;
  const names = nativeOptions(options).join(', ') || 'this socket';
  throw Object.assign(new Error(`${names}: only supported on Linux, this is ${process.platform}`), {
    code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM',
  });
};
