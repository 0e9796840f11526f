import type { Config, PeerConfig } from '../config.ts';
import { differences, transition } from './change.ts';

/** A session that must be opened anew, and why. */
export interface Reset {
  readonly peer: string;
  /** `holdTime 9s → 30s`. */
  readonly because: string;
}

/**
 * What is fixed when a session opens: the TCP connection and its options, and what the OPEN says (RFC 4271 §4.2).
 * Everything else is taken up while the session runs; next hops and policy only change what is announced.
 */
const FIXED_AT_OPEN: ReadonlySet<keyof PeerConfig> = new Set([
  'address',
  'interface',
  'port',
  'localASN',
  'peerASN',
  'families',
  'sourceAddress',
  'sourceInterface',
  'passwordFile',
  'ttlSecurity',
  'multihop',
  'holdTime',
  'keepaliveTime',
]);

const reasons = (before: PeerConfig, after: PeerConfig): readonly string[] =>
  differences(before, after)
    .filter((field) => FIXED_AT_OPEN.has(field))
    .map((field) => transition(before, after, field));

/** The sessions of peers in both configurations that cannot go on as they are. */
export const resetsOf = (before: Config, after: Config): readonly Reset[] => {
  const shared =
    before.bgp.routerId === after.bgp.routerId ? [] : [transition(before.bgp, after.bgp, 'routerId')];
  const old = new Map(before.peers.map((peer) => [peer.name, peer]));
  return after.peers.flatMap((peer) => {
    const previous = old.get(peer.name);
    if (!previous) return [];
    const because = [...shared, ...reasons(previous, peer)].join('; ');
    return because === '' ? [] : [{ peer: peer.name, because }];
  });
};
