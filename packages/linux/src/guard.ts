import type { Socket } from 'node:net';
import { requireLinux } from './socket.ts';
import { type Protection, protect } from './socket-option.ts';

/** Node keeps the descriptor in a field it does not document, and offers no other way to it. */
const descriptorOf = (owner: Socket): number => {
  const { _handle: handle } = owner as { _handle?: { readonly fd?: number } | null };
  if (handle?.fd === undefined || handle.fd < 0) throw new Error('the socket is not open');
  return handle.fd;
};

const familyOf = (address: string | undefined): 4 | 6 => (address?.includes(':') ? 6 : 4);

/**
 * Sets guards on one connection, typically one that was accepted and whose peer is known only now.
 * @throws a system error that names the option
 */
export const protectConnection = (socket: Socket, protection: Omit<Protection, 'md5'>): void => {
  requireLinux(protection);
  protect(descriptorOf(socket), familyOf(socket.localAddress), protection);
};
