import { z } from 'zod';
import { anyNextHop, network } from './address.ts';
import { community, extendedCommunity, largeCommunity } from './community.ts';
import { families } from './peer.ts';
import { label, someOf, wholeNumber } from './scalar.ts';

const metric = wholeNumber(0, 4294967295);
/** Longer paths than this are refused or cut by many networks. */
const MOST_PREPENDS = 32;

const match = z.strictObject(
  {
    vips: someOf(label, 'a list of VIP names').nullish(),
    peers: someOf(label, 'a list of peer names').nullish(),
    families: families.nullish(),
    prefixes: someOf(network, 'a list of prefixes').nullish(),
  },
  { error: 'a mapping with vips, peers, families or prefixes' },
);

/** What a rule or a BGPAdvertisement puts on a route. */
export const routeAttributes = z.strictObject(
  {
    communities: z.array(community, { error: 'a list of communities' }).nullish(),
    extendedCommunities: z.array(extendedCommunity, { error: 'a list of extended communities' }).nullish(),
    largeCommunities: z.array(largeCommunity, { error: 'a list of large communities' }).nullish(),
    localPref: metric.nullish(),
    med: metric.nullish(),
    prepend: wholeNumber(0, MOST_PREPENDS).nullish(),
    nextHop: anyNextHop.nullish(),
  },
  { error: 'a mapping such as { communities: [no-export], med: 50 }' },
);

/** One entry of `policy`. */
export const ruleSchema = z.strictObject(
  {
    match: match.nullish(),
    action: z.enum(['accept', 'reject'], { error: 'accept or reject' }).nullish(),
    set: routeAttributes.nullish(),
  },
  { error: 'a mapping with match, action or set' },
);

/** A rule as written. */
export type RuleEntry = z.output<typeof ruleSchema>;
