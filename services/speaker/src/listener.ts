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

/** A key that cannot be read keeps its peer out, and nobody else. */
const keysOf = (peers: readonly PeerActor[], logger: Logger): Md5Key[] =>
  peers.flatMap((peer) => {
    try {
      return md5Key(peer.config()) ?? [];
    } catch (error) {
      logger.error({ err: error, peer: peer.config().name }, 'cannot read a password');
      return [];
    }
  });

/** Listens where the configuration says, with the keys of the peers there are now; tries again while it cannot. */
export const startListener = (options: ListenerOptions): Listener => {
  const { address, logger } = options;
  let server: Server | undefined;
  let retry: NodeJS.Timeout | undefined;
  const open = (): void => {
    const keys = keysOf(options.peers(), logger);
    const ttl = listenerGuards(options.peers().map((peer) => peer.config()));
    server = listen({ ...address, ...ttl, keys }, (socket) => welcome(socket, options, keys));
    server.on('error', (error) => {
      logger.error({ err: error, ...address }, 'cannot listen for peers');
      retry = setTimeout(open, RETRY);
    });
  };
  open();
  return {
    close: () => {
      clearTimeout(retry);
      server?.close();
    },
  };
};
