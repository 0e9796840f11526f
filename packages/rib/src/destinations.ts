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
  vips: readonly string[];
}

/** The Loc-RIB: every wished prefix by its text, counted per VIP so that VIPs may share one. */
export interface Destinations {
  readonly byFamily: ReadonlyMap<Family, Map<string, Destination>>;
  readonly byVip: Map<string, readonly Destination[]>;
}

/** An empty Loc-RIB. */
export const createDestinations = (): Destinations => ({
  byFamily: new Map(FAMILIES.map((family) => [family, new Map<string, Destination>()])),
  byVip: new Map(),
});

const find = ({ byFamily }: Destinations, address: Address): Destination => {
  const prefix = hostPrefix(address);
  const text = formatPrefix(prefix);
  const family = familyOf(prefix);
  const table = byFamily.get(family) as Map<string, Destination>;
  const found = table.get(text);
  if (found !== undefined) return found;
  const destination: Destination = { text, prefix, family, vips: [] };
  table.set(text, destination);
  return destination;
};

/**
 * Makes `addresses` the addresses of a VIP; none removes it.
 * @returns the destinations for which anything changed
 */
export const setVip = (
  destinations: Destinations,
  vip: string,
  addresses: readonly Address[],
): readonly Destination[] => {
  const before = destinations.byVip.get(vip) ?? [];
  const after = addresses.map((address) => find(destinations, address));
  const gone = before.filter((destination) => !after.includes(destination));
  const fresh = after.filter((destination) => !destination.vips.includes(vip));
  for (const destination of gone) {
    destination.vips = destination.vips.filter((other) => other !== vip);
    if (destination.vips.length === 0)
      destinations.byFamily.get(destination.family)?.delete(destination.text);
  }
  for (const destination of fresh) destination.vips = [...destination.vips, vip];
  if (after.length > 0) destinations.byVip.set(vip, after);
  else destinations.byVip.delete(vip);
  return [...gone, ...fresh];
};
