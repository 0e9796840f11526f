import {
  type Address,
  FAMILIES,
  type Family,
  familyOf,
  formatPrefix,
  hostPrefix,
  type Prefix,
} from '@vipcast/net';

/** A prefix we wish the world to know, and the VIPs that ask for it. Nobody asking means it is being withdrawn. */
export interface Destination {
  /** Canonical text, `192.0.2.10/32`. */
  readonly text: string;
  readonly prefix: Prefix;
  readonly family: Family;
  /** Small and dense, so that what is known of it per peer stands in arrays; free for another once it is forgotten. */
  readonly slot: number;
  vips: readonly string[];
}

/** The Loc-RIB: every wished prefix by its text, counted per VIP so that VIPs may share one. */
export interface Destinations {
  readonly byFamily: ReadonlyMap<Family, Map<string, Destination>>;
  readonly byVip: Map<string, readonly Destination[]>;
  /** Those that lost their last VIP, unless they have one again, until they are forgotten. */
  orphans: Destination[];
  readonly freeSlots: number[];
  slots: number;
}

/** An empty Loc-RIB. */
export const createDestinations = (): Destinations => ({
  byFamily: new Map(FAMILIES.map((family) => [family, new Map<string, Destination>()])),
  byVip: new Map(),
  orphans: [],
  freeSlots: [],
  slots: 0,
});

const find = (destinations: Destinations, address: Address): Destination => {
  const prefix = hostPrefix(address);
  const text = formatPrefix(prefix);
  const family = familyOf(prefix);
  const table = destinations.byFamily.get(family) as Map<string, Destination>;
  const found = table.get(text);
  if (found !== undefined) return found;
  const slot = destinations.freeSlots.pop() ?? destinations.slots++;
  const destination: Destination = { text, prefix, family, slot, vips: [] };
  table.set(text, destination);
  return destination;
};

const without = (vips: readonly string[], vip: string): readonly string[] =>
  vips.length === 1 && vips[0] === vip ? [] : vips.filter((other) => other !== vip);

/**
 * Makes `addresses` the addresses of a VIP; none removes it. A destination that loses its last VIP stays until it is
 * forgotten: peers have yet to hear of it.
 * @returns the destinations for which anything changed
 */
export const setVip = (
  destinations: Destinations,
  vip: string,
  addresses: readonly Address[],
): readonly Destination[] => {
  const before = destinations.byVip.get(vip) ?? [];
  const after = addresses.map((address) => find(destinations, address));
  const gone = after.length === 0 ? before : before.filter((destination) => !after.includes(destination));
  const fresh = before.length === 0 ? after : after.filter((destination) => !destination.vips.includes(vip));
  for (const destination of gone) {
    destination.vips = without(destination.vips, vip);
    if (destination.vips.length === 0) destinations.orphans.push(destination);
  }
  for (const destination of fresh) destination.vips = [...destination.vips, vip];
  if (after.length > 0) destinations.byVip.set(vip, after);
  else destinations.byVip.delete(vip);
  if (gone.length === 0) return fresh;
  return fresh.length === 0 ? gone : [...gone, ...fresh];
};

/** Forgets the destinations that no VIP asks for, once no peer has to hear of them any more. */
export const forgetOrphans = (destinations: Destinations): void => {
  // One that was orphaned twice is among them twice.
  for (const { vips, family, text, slot } of destinations.orphans)
    if (vips.length === 0 && destinations.byFamily.get(family)?.delete(text))
      destinations.freeSlots.push(slot);
  destinations.orphans = [];
};
