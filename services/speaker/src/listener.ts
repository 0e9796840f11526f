import type { Server, Socket } from 'node:net';
import type { Config, PeerConfig } from '@vipcast/config';
import { listen, type Md5Key, protectConnection } from '@vipcast/linux';
import { type Address, parseAddress, unmapIPv4 } from '@vipcast/net';
import type { Logger } from '@vipcast/runtime';
import type { PeerActor } from './peer.ts';
import { guards, listenerGuards, md5Key } from './socket-options.ts';

/** The passive side: one listening socket for all peers. */
export interface Listener {
  close(): void;
}

/** Where to listen, for whom. */
export interface ListenerOptions {
  readonly address: NonNullable<Config['bgp']['listen']>;
  readonly peers: () => readonly PeerActor[];
  readonly logger: Logger;
}

const RETRY = 5000;
/** So often password files are read, in milliseconds: one may be mounted later, or swapped as a whole folder. */
const LOOK = 5000;

const remoteOf = (socket: Socket): Address | undefined => {
  const address = parseAddress((socket.remoteAddress ?? '').replace(/%.*$/, ''));
  return address && unmapIPv4(address);
};

/** True when the kernel let only signed segments through, or the peer needs no signature. */
const isSigned = ({ address, passwordFile }: PeerConfig, keys: readonly Md5Key[]): boolean =>
  passwordFile === null || keys.some(({ peer }) => peer === address);

/** Hands a connection to the peer whose address it comes from. */
const welcome = (socket: Socket, { peers, logger }: ListenerOptions, keys: readonly Md5Key[]): void => {
  const remote = remoteOf(socket);
  const peer = remote && peers().find((each) => each.accepts(remote));
  if (peer === undefined || !isSigned(peer.config(), keys)) {
    const why = peer === undefined ? 'its address is no peer' : 'its password could not be read';
    logger.warn({ remote: socket.remoteAddress }, `refused a connection: ${why}`);
    socket.destroy();
    return;
  }
  try {
    protectConnection(socket, guards(peer.config(), peer.external));
    peer.accept(socket);
  } catch (error) {
    logger.error({ err: error, peer: peer.config().name }, 'cannot guard an accepted connection');
    socket.destroy();
  }
};

/** The keys as they are now; of a file that cannot be read, what it held before. */
const keysOf = (
  peers: readonly PeerActor[],
  before: readonly Md5Key[],
  onProblem: (peer: string, error: unknown) => void,
): readonly Md5Key[] =>
  peers.flatMap((peer) => {
    const config = peer.config();
    try {
      return md5Key(config) ?? [];
    } catch (error) {
      onProblem(config.name, error);
      return before.find((key) => key.peer === config.address) ?? [];
    }
  });

const sameKeys = (some: readonly Md5Key[], others: readonly Md5Key[]): boolean =>
  some.length === others.length &&
  some.every(({ peer, key }, i) => {
    const other = others[i];
    return peer === other?.peer && Buffer.compare(key, other.key) === 0;
  });

/**
 * Listens where the configuration says, with the keys of the peers there are now; tries again while it cannot. A key
 * that cannot be read keeps its peer out, and nobody else. When keys change it listens anew: connections that were
 * accepted stay as they are.
 */
export const startListener = (options: ListenerOptions): Listener => {
  const { address, logger } = options;
  let server: Server | undefined;
  let retry: NodeJS.Timeout | undefined;
  let keys = keysOf(options.peers(), [], (peer, error) =>
    logger.error({ err: error, peer }, 'cannot read a password'),
  );
  const open = (): void => {
    const guardedBy = keys;
    const ttl = listenerGuards(options.peers().map((peer) => peer.config()));
    server = listen({ ...address, ...ttl, keys }, (socket) => welcome(socket, options, guardedBy));
    server.on('error', (error) => {
      logger.error({ err: error, ...address }, 'cannot listen for peers');
      retry = setTimeout(open, RETRY);
    });
  };
  const close = (): void => {
    clearTimeout(retry);
    server?.close();
  };
  const look = (): void => {
    const now = keysOf(options.peers(), keys, () => undefined);
    if (sameKeys(now, keys)) return;
    keys = now;
    close();
    open();
    logger.info('passwords changed: listening with the new ones');
  };
  open();
  const looking = setInterval(look, LOOK);
  return {
    close: () => {
      clearInterval(looking);
      close();
    },
  };
};
