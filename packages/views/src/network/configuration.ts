import type { RecordedFact } from '@vipcast/events';
import { FAMILIES, type Family } from '@vipcast/net';

/** What a view needs to know of a configured peer. */
export interface ConfiguredPeer {
  readonly name: string;
  /** Its address, or the interface of an unnumbered one. */
  readonly address: string | null;
  readonly localASN: number | null;
  /** A number, or `external` or `internal`. */
  readonly peerASN: number | string | null;
  readonly families: readonly Family[];
}

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const configuredPeer = (value: unknown, bgp: Fields): ConfiguredPeer => {
  const peer = fields(value);
  const families = peer.families;
  return {
    name: text(peer.name) ?? '',
    address: text(peer.address) ?? text(peer.interface),
    localASN: number(peer.localASN) ?? number(bgp.localASN),
    peerASN: number(peer.peerASN) ?? text(peer.peerASN),
    families: Array.isArray(families) ? FAMILIES.filter((family) => families.includes(family)) : FAMILIES,
  };
};

/**
 * The peers of a recorded configuration. The log may have been written by another release, so nothing about its
 * shape is taken for granted.
 */
export const configuredPeers = (
  fact: RecordedFact<'node.ConfigApplied'>,
): ReadonlyMap<string, ConfiguredPeer> => {
  const { peers, bgp } = fact.data.config;
  const known = (Array.isArray(peers) ? peers : []).map((peer) => configuredPeer(peer, fields(bgp)));
  return new Map(known.map((peer) => [peer.name, peer]));
};
