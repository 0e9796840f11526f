import { type Address, type Family, formatAddress } from '@vipcast/net';
import type { AsPathSegment, PathAttribute } from '@vipcast/wire';
import type { PolicySet } from './policy.ts';

/**
 * The attributes that routes to one peer share. Made once per distinct set and compared by identity: routes with
 * the same object share an UPDATE.
 */
export interface AttributeSet {
  readonly family: Family;
  readonly nextHops: readonly Address[];
  /** In the order of their codes; NEXT_HOP and MP_REACH are added when packing. */
  readonly attributes: readonly PathAttribute[];
  /** Equal for sets of one family that are the same on the wire. */
  readonly key: string;
}

/** Who the attributes are for. */
export interface Audience {
  readonly localASN: number;
  readonly external: boolean;
}

const DEFAULT_LOCAL_PREF = 100;

const keyOf = (nextHops: readonly Address[], attributes: readonly PathAttribute[]): string =>
  JSON.stringify([nextHops.map(formatAddress), attributes], (_, value: unknown) =>
    typeof value === 'bigint' ? `0x${value.toString(16)}` : value,
  );

const asPath = ({ localASN, external }: Audience, prepend: number): readonly AsPathSegment[] =>
  external ? [{ kind: 'sequence', asns: new Array<number>(1 + prepend).fill(localASN) }] : [];

/**
 * Builds what RFC 4271 §5 asks for an originated route: ORIGIN IGP; our AS for external peers; LOCAL_PREF for
 * internal ones only (§5.1.5); and what the policy set.
 */
export const buildAttributes = (
  family: Family,
  audience: Audience,
  nextHops: readonly Address[],
  set: PolicySet | undefined,
): AttributeSet => {
  const attributes: PathAttribute[] = [
    { kind: 'origin', origin: 'igp' },
    { kind: 'as-path', segments: asPath(audience, set?.prepend ?? 0) },
  ];
  if (typeof set?.med === 'number') attributes.push({ kind: 'med', med: set.med });
  if (!audience.external)
    attributes.push({ kind: 'local-pref', localPref: set?.localPref ?? DEFAULT_LOCAL_PREF });
  if (set?.communities.length) attributes.push({ kind: 'communities', communities: set.communities });
  if (set?.extendedCommunities.length)
    attributes.push({ kind: 'extended-communities', communities: set.extendedCommunities });
  if (set?.largeCommunities.length)
    attributes.push({ kind: 'large-communities', communities: set.largeCommunities });
  return { family, nextHops, attributes, key: keyOf(nextHops, attributes) };
};
