import { FAMILIES } from '@vipcast/net';
import type { NextHopConfig, PeerConfig } from '../config.ts';
import type { BgpSection } from '../schema/bgp.ts';
import type { PeerEntry } from '../schema/peer.ts';

/** Milliseconds. */
export const HOLD_TIME = 9000;
const CONNECT_RETRY_TIME = 5000;
/** The registered port (RFC 4271 §8). */
export const BGP_PORT = 179;

/** A third of the hold time (RFC 4271 §4.4) in whole seconds, at least one; none without a hold time. */
const thirdOf = (holdTime: number): number =>
  holdTime === 0 ? 0 : Math.max(1000, Math.floor(holdTime / 3000) * 1000);

const timers = (bgp: BgpSection, peer: PeerEntry) => {
  const holdTime = peer.holdTime ?? bgp.holdTime ?? HOLD_TIME;
  // A peer with a hold time of its own does not inherit a keepalive time made for another.
  const inherited = typeof peer.holdTime === 'number' ? undefined : bgp.keepaliveTime;
  return {
    holdTime,
    keepaliveTime: peer.keepaliveTime ?? inherited ?? thirdOf(holdTime),
    connectRetryTime: peer.connectRetryTime ?? bgp.connectRetryTime ?? CONNECT_RETRY_TIME,
  };
};

/** A peer that sets either takes none of the two from `bgp`. */
const source = (bgp: BgpSection, peer: PeerEntry) => {
  const from = (peer.sourceAddress ?? peer.sourceInterface) ? peer : bgp;
  return { sourceAddress: from.sourceAddress ?? null, sourceInterface: from.sourceInterface ?? null };
};

const nextHop = (bgp: BgpSection, peer: PeerEntry, sourceInterface: string | null): NextHopConfig => {
  const strategy = peer.nextHop?.strategy ?? bgp.nextHop?.strategy ?? 'session';
  const fixed = strategy === 'fixed';
  return {
    strategy,
    ipv4: fixed ? (peer.nextHop?.ipv4 ?? bgp.nextHop?.ipv4 ?? null) : null,
    ipv6: fixed ? (peer.nextHop?.ipv6 ?? bgp.nextHop?.ipv6 ?? null) : null,
    interface: strategy === 'source-interface' ? sourceInterface : null,
  };
};

/** A peer with what it inherits and the defaults. */
export const resolvePeer = (bgp: BgpSection, peer: PeerEntry): PeerConfig => {
  const from = source(bgp, peer);
  const families = peer.families ?? bgp.families ?? FAMILIES;
  return {
    name: peer.name,
    address: peer.address ?? null,
    interface: peer.interface ?? null,
    port: peer.port ?? BGP_PORT,
    localASN: peer.localASN ?? bgp.localASN,
    peerASN: peer.peerASN,
    families: FAMILIES.filter((family) => families.includes(family)),
    nextHop: nextHop(bgp, peer, from.sourceInterface),
    ...from,
    passwordFile: peer.passwordFile ?? null,
    ttlSecurity: peer.ttlSecurity ?? false,
    multihop: peer.multihop ?? null,
    passive: peer.passive ?? false,
    ...timers(bgp, peer),
  };
};
