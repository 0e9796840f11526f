import type { Facts, RecordedFact } from '@vipcast/events';
import { parseAddress, parsePrefix } from '@vipcast/net';
import {
  MAX_EXTENDED_MESSAGE_LENGTH,
  type Origin,
  type PathAttribute,
  packAnnouncements,
  packWithdrawals,
  parseCommunity,
  parseExtendedCommunity,
  parseLargeCommunity,
  type WireContext,
} from '@vipcast/wire';

/** A fact about an UPDATE that was sent. */
export type RouteFact = RecordedFact<'route.Announced' | 'route.Withdrawn'>;

/** A fact is one UPDATE, whatever fitted into it then. */
const CONTEXT: WireContext = {
  fourOctetAs: true,
  maxMessageLength: MAX_EXTENDED_MESSAGE_LENGTH,
  external: true,
};

/** Those texts that can be read: the log may have been written by another release. */
const readAll = <T>(texts: readonly string[] | undefined, read: (text: string) => T | undefined): T[] =>
  (texts ?? []).map(read).filter((value) => value !== undefined);

const attributesOf = (data: Facts['route.Announced']['attributes']): readonly PathAttribute[] => {
  const { asPath, med, localPref } = data;
  const communities = readAll(data.communities, parseCommunity);
  const extended = readAll(data.extendedCommunities, parseExtendedCommunity);
  const large = readAll(data.largeCommunities, parseLargeCommunity);
  return [
    { kind: 'origin', origin: data.origin as Origin },
    { kind: 'as-path', segments: asPath.length === 0 ? [] : [{ kind: 'sequence', asns: asPath }] },
    ...(med === undefined ? [] : [{ kind: 'med', med } as const]),
    ...(localPref === undefined ? [] : [{ kind: 'local-pref', localPref } as const]),
    ...(communities.length === 0 ? [] : [{ kind: 'communities', communities } as const]),
    ...(extended.length === 0 ? [] : [{ kind: 'extended-communities', communities: extended } as const]),
    ...(large.length === 0 ? [] : [{ kind: 'large-communities', communities: large } as const]),
  ];
};

/**
 * The UPDATE that a fact is about, built again: AS numbers in four octets, IPv4 routes with an IPv4 next hop as RFC 4271
 * has them. A fact without prefixes is none.
 */
export const updatesOf = (fact: RouteFact): readonly Uint8Array[] => {
  const { family } = fact.data;
  const common = {
    family,
    prefixes: readAll(fact.data.prefixes, parsePrefix),
    context: CONTEXT,
    classic: true,
  };
  const packed =
    fact.type === 'route.Withdrawn'
      ? packWithdrawals(common)
      : packAnnouncements({
          ...common,
          attributes: attributesOf(fact.data.attributes),
          nextHops: readAll(fact.data.attributes.nextHops, parseAddress),
        });
  return packed.map(({ bytes }) => bytes);
};
