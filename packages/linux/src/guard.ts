import type { Server, Socket } from 'node:net';
import { requireLinux } from './socket.ts';
import { type Protection, protect, removeMd5 } from './socket-option.ts';

/** Node keeps the descriptor in a field it does not document, and offers no other way to it. */
const descriptorOf = (owner: Server | Socket): number => {
  const { _handle: handle } = owner as { _handle?: { readonly fd?: number } | null };
  if (handle?.fd === undefined || handle.fd < 0) throw new Error('the socket is not open');
  return handle.fd;
};

const familyOf = (address: string | undefined): 4 | 6 => (address?.includes(':') ? 6 : 4);

const serverFamily = (server: Server): 4 | 6 => {
  const bound = server.address();
  return familyOf(bound !== null && typeof bound === 'object' ? bound.address : undefined);
};

/**
 * Sets guards on a server that listens: a peer's key beside those already there, or `ttl`, `minTtl` and `tos` for
 * every connection accepted from now on. Keys concern connections to come, too.
 * @throws a system error that names the option
 */
export const protectListener = (server: Server, protection: Protection): void => {
  requireLinux(protection);
  protect(descriptorOf(server), serverFamily(server), protection);
};

/** Removes a peer's key from a server: from now on the peer connects without a signature. */
export const unprotectListener = (server: Server, peer: string): void => {
  requireLinux({});
  removeMd5(descriptorOf(server), serverFamily(server), peer);
};

/**
 * Sets guards on one connection, typically one that was accepted and whose peer is known only now.
 * @throws a system error that names the option
 */
export const protectConnection = (socket: Socket, protection: Omit<Protection, 'md5'>): void => {
  requireLinux(protection);
  protect(descriptorOf(socket), familyOf(socket.localAddress), protection);
};
