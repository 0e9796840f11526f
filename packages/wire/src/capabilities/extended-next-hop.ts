import { bytesOfU16, readItems, readU16 } from '../bytes.ts';
import type { ExtendedNextHop } from '../message.ts';
import type { CapabilityCodec, CapabilityOf } from './codec.ts';

const ENTRY_LENGTH = 6;

const readEntry = (bytes: Uint8Array, at: number): ExtendedNextHop => ({
  afi: readU16(bytes, at),
  safi: readU16(bytes, at + 2),
  nextHopAfi: readU16(bytes, at + 4),
});

/** Extended Next Hop Encoding (RFC 8950 §4): rows of AFI, SAFI (two bytes here) and next hop AFI. */
export const extendedNextHop: CapabilityCodec<CapabilityOf<'extended-next-hop'>> = {
  kind: 'extended-next-hop',
  code: 5,
  decode(value) {
    if (value.length % ENTRY_LENGTH !== 0) return undefined;
    return { kind: 'extended-next-hop', entries: readItems(value, ENTRY_LENGTH, readEntry) };
  },
  encode: ({ entries }) =>
    bytesOfU16(...entries.flatMap(({ afi, safi, nextHopAfi }) => [afi, safi, nextHopAfi])),
};
