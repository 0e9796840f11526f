import type { PackedUpdate, WireContext } from '@vipcast/wire';
import type { Destination } from './destinations.ts';

/** One UPDATE, and the prefixes in it. */
export interface Portion {
  readonly bytes: Uint8Array;
  readonly prefixes: readonly string[];
}

/** Some destinations, as they were packed. */
interface Pack {
  readonly destinations: readonly Destination[];
  readonly wire: WireContext;
  readonly portions: readonly Portion[];
}

/** What was packed last, by what it says of its destinations. */
export interface Packs {
  latest: WeakRef<Map<string, Pack>>;
}

/** Nothing was packed yet. */
export const createPacks = (): Packs => ({ latest: new WeakRef(new Map()) });

const isSameWire = (a: WireContext, b: WireContext): boolean =>
  a.fourOctetAs === b.fourOctetAs && a.maxMessageLength === b.maxMessageLength && a.external === b.external;

const areSame = (a: readonly Destination[], b: readonly Destination[]): boolean =>
  a.length === b.length && a.every((destination, i) => destination === b[i]);

const portionsOf = (destinations: readonly Destination[], updates: readonly PackedUpdate[]): Portion[] => {
  let from = 0;
  return updates.map(({ bytes, count }) => {
    const prefixes = destinations.slice(from, from + count).map(({ text }) => text);
    from += count;
    return { bytes, prefixes };
  });
};

/**
 * The UPDATEs that say something of some destinations. Peers mostly are to hear the same, one after another: it is packed
 * once for all of them, and kept for as long as the garbage collector leaves it there.
 * @param key the same only for what `pack` would say of any destinations in the same way
 */
export const portions = (
  packs: Packs,
  key: string,
  destinations: readonly Destination[],
  wire: WireContext,
  pack: () => readonly PackedUpdate[],
): readonly Portion[] => {
  const latest = packs.latest.deref() ?? new Map<string, Pack>();
  const known = latest.get(key);
  if (known && isSameWire(known.wire, wire) && areSame(known.destinations, destinations))
    return known.portions;
  const made = { destinations, wire, portions: portionsOf(destinations, pack()) };
  latest.set(key, made);
  packs.latest = new WeakRef(latest);
  return made.portions;
};
