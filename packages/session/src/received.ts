import { FAMILIES, type Family, type Prefix } from '@vipcast/net';
import type { PathAttribute, Update } from '@vipcast/wire';

/** No more than this many prefixes of a family are remembered. */
export const MOST_RECEIVED = 10_000;

const BUCKETS = 256;

// A set in 256 pieces: to add one prefix copies one piece, and old values stay as they were.
interface Prefixes {
  readonly size: number;
  readonly buckets: readonly ReadonlySet<string>[];
}

/** The prefixes a peer has announced and not withdrawn, as far as they are counted. */
export type Received = Readonly<Record<Family, Prefixes>>;

const EMPTY: Prefixes = { size: 0, buckets: new Array<ReadonlySet<string>>(BUCKETS).fill(new Set()) };

/** Nothing announced. */
export const NOTHING_RECEIVED: Received = { 'ipv4-unicast': EMPTY, 'ipv6-unicast': EMPTY };

const bucketOf = ({ w0, w1, w2, w3 }: Prefix): number => {
  const word = w0 ^ w1 ^ w2 ^ w3;
  return (word ^ (word >>> 8) ^ (word >>> 16) ^ (word >>> 24)) & (BUCKETS - 1);
};

const keyOf = ({ w0, w1, w2, w3, length }: Prefix): string => `${w0},${w1},${w2},${w3},${length}`;

const change = (prefixes: Prefixes, withdrawn: readonly Prefix[], announced: readonly Prefix[]): Prefixes => {
  const buckets = [...prefixes.buckets];
  const own = new Map<number, Set<string>>();
  const ownBucket = (index: number): Set<string> => {
    const mine = own.get(index) ?? new Set(buckets[index]);
    own.set(index, mine);
    buckets[index] = mine;
    return mine;
  };
  let { size } = prefixes;
  for (const prefix of withdrawn) {
    const [index, key] = [bucketOf(prefix), keyOf(prefix)];
    if (buckets[index]?.has(key) && ownBucket(index).delete(key)) size--;
  }
  for (const prefix of announced) {
    const [index, key] = [bucketOf(prefix), keyOf(prefix)];
    if (!buckets[index]?.has(key) && ownBucket(index).add(key)) size++;
    if (size >= MOST_RECEIVED) return { size: MOST_RECEIVED, buckets: [] };
  }
  return own.size === 0 ? prefixes : { size, buckets };
};

const routesOf = (
  attributes: readonly PathAttribute[],
  kind: 'mp-reach' | 'mp-unreach',
  family: Family,
): readonly Prefix[] => {
  for (const attribute of attributes)
    if (attribute.kind === kind && attribute.family === family) return attribute.prefixes;
  return [];
};

const both = (some: readonly Prefix[], more: readonly Prefix[]): readonly Prefix[] =>
  some.length === 0 ? more : more.length === 0 ? some : [...some, ...more];

/**
 * Follows one UPDATE. Withdrawals come first (RFC 4271 §4.3: what is in both is announced). A family that has
 * reached the cap stays there.
 * @returns the same value when nothing changed
 */
export const follow = (received: Received, update: Update): Received => {
  let next = received;
  for (const family of FAMILIES) {
    const before = received[family];
    if (before.size === MOST_RECEIVED) continue;
    const classic = family === 'ipv4-unicast';
    const withdrawn = both(
      classic ? update.withdrawn : [],
      routesOf(update.attributes, 'mp-unreach', family),
    );
    const announced = both(classic ? update.announced : [], routesOf(update.attributes, 'mp-reach', family));
    if (withdrawn.length + announced.length === 0) continue;
    const after = change(before, withdrawn, announced);
    if (after !== before) next = { ...next, [family]: after };
  }
  return next;
};

/** How many prefixes of these families the peer announces now; at the cap, at least so many. */
export const countsOf = (received: Received, families: readonly Family[]): ReadonlyMap<Family, number> =>
  new Map(families.map((family) => [family, received[family].size]));
