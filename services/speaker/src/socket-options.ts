import { readFileSync } from 'node:fs';
import { type PeerConfig, passwordOf } from '@vipcast/config';
import { type DialOptions, type Md5Key, NETWORK_CONTROL, type Protection } from '@vipcast/linux';

const MOST_HOPS = 255;

/**
 * The key that a peer's segments are signed with, read anew each time: a changed file counts from the next connection.
 * @throws Error when the file cannot be read or holds none; never says what it holds
 */
export const md5Key = ({ address, passwordFile }: PeerConfig): Md5Key | undefined => {
  if (address === null || passwordFile === null) return undefined;
  const password = passwordOf(readFileSync(passwordFile));
  if (!password.ok) throw new Error(`${passwordFile} ${password.message}`);
  return { peer: address, key: password.key };
};

/** What an external peer's packets may travel: one hop unless configured, as RFC 4271 §5.1.3 supposes. */
const timeToLive = (peer: PeerConfig, external: boolean): Pick<Protection, 'ttl' | 'minTtl'> => {
  if (peer.ttlSecurity) return { ttl: MOST_HOPS, minTtl: MOST_HOPS };
  if (peer.multihop !== null) return { ttl: peer.multihop };
  return external && process.platform === 'linux' ? { ttl: 1 } : {};
};

/** What guards a connection with a peer, whoever opened it. */
export const guards = (peer: PeerConfig, external: boolean): Omit<Protection, 'md5'> => ({
  tos: NETWORK_CONTROL,
  ...timeToLive(peer, external),
});

/** What guards the listening socket: its answer to a SYN must reach a peer that takes nothing below 255 (RFC 5082 §3). */
export const listenerGuards = (peers: readonly PeerConfig[]): Pick<Protection, 'ttl'> =>
  peers.some(({ ttlSecurity }) => ttlSecurity) ? { ttl: MOST_HOPS } : {};

/** How to dial a peer. */
export const dialOptions = (peer: PeerConfig, external: boolean): Omit<DialOptions, 'host' | 'port'> => {
  const md5 = md5Key(peer);
  return {
    ...guards(peer, external),
    ...(peer.sourceAddress === null ? {} : { localAddress: peer.sourceAddress }),
    ...(peer.sourceInterface === null ? {} : { device: peer.sourceInterface }),
    ...(md5 === undefined ? {} : { md5 }),
  };
};
