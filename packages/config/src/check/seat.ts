import type { PeerConfig } from '../config.ts';
import type { Draft } from '../draft.ts';
import { resolvePeer } from '../resolve/peer.ts';
import type { BgpSection } from '../schema/bgp.ts';
import type { PeerEntry } from '../schema/peer.ts';
import type { Path } from '../wording.ts';

/** A peer as the checks see it: what was written, what that amounts to, and where it stands. */
export interface Seat {
  readonly path: Path;
  readonly written: PeerEntry;
  readonly peer: PeerConfig;
}

/** The peers of a draft seen with the `bgp` section they inherit from. */
export const seats = (bgp: BgpSection, peers: Draft['peers']): readonly Seat[] =>
  peers.map(({ index, value }) => ({
    path: ['peers', index],
    written: value,
    peer: resolvePeer(bgp, value),
  }));

/** Where a setting that may be inherited was made: on the peer, or in `bgp`. */
export const placeOf = (seat: Seat, key: 'sourceAddress' | 'sourceInterface' | 'keepaliveTime'): Path =>
  (seat.written[key] ?? null) === null ? ['bgp', key] : [...seat.path, key];

/** IP version of an address in canonical text. */
export const versionOf = (address: string): 4 | 6 => (address.includes(':') ? 6 : 4);
