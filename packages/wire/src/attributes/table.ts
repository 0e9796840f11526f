import type { ErrorHandling, PathAttribute, WireContext } from '../message.ts';
import { aggregator } from './aggregator.ts';
import { asPath } from './as-path.ts';
import { as4Aggregator } from './as4-aggregator.ts';
import { as4Path } from './as4-path.ts';
import { atomicAggregate } from './atomic-aggregate.ts';
import { clusterList } from './cluster-list.ts';
import type { AttributeCodec } from './codec.ts';
import { communities } from './communities.ts';
import { extendedCommunities } from './extended-communities.ts';
import { largeCommunities } from './large-communities.ts';
import { localPref } from './local-pref.ts';
import { med } from './med.ts';
import { mpReach } from './mp-reach.ts';
import { mpUnreach } from './mp-unreach.ts';
import { nextHop } from './next-hop.ts';
import {
  aigp,
  attrSet,
  bfdDiscriminator,
  bier,
  dPath,
  ipv6ExtendedCommunities,
  linkState,
  nextHopCharacteristics,
  onlyToCustomer,
  pmsiTunnel,
  prefixSid,
  trafficEngineering,
  tunnelEncapsulation,
} from './opaque.ts';
import { origin } from './origin.ts';
import { originatorId } from './originator-id.ts';

/** What happens to one attribute. */
export interface AttributeRule {
  readonly codec: AttributeCodec;
  /** Its value is damaged. */
  readonly damaged: ErrorHandling;
  /** Its Optional, Transitive or Partial bit is wrong. */
  readonly badFlags: ErrorHandling;
  /** From peers that this is false for, the attribute is discarded, damaged or not. */
  readonly wanted: (context: WireContext) => boolean;
}

const DISCARD = 'attribute-discard';
const WITHDRAW = 'treat-as-withdraw';
const DISABLE = 'afi-safi-disable';

const anyPeer = () => true;
const internalPeer = (context: WireContext) => !context.external;
const twoOctetPeer = (context: WireContext) => !context.fourOctetAs;

const rule = (
  codec: AttributeCodec,
  damaged: ErrorHandling,
  badFlags: ErrorHandling = WITHDRAW,
  wanted: AttributeRule['wanted'] = anyPeer,
): AttributeRule => ({ codec, damaged, badFlags, wanted });

/**
 * The attributes this codec knows, and what becomes of an UPDATE in which one is damaged: RFC 7606 §3 (c), §7 and
 * the RFC of each attribute. Damage that shows only in the list as a whole is handled in attribute-list.ts.
 */
const RULES: readonly AttributeRule[] = [
  rule(origin, WITHDRAW), //                                 RFC 7606 §7.1
  rule(asPath, WITHDRAW), //                                 §7.2, RFC 7607, RFC 9774
  rule(nextHop, WITHDRAW), //                                §7.3
  rule(med, WITHDRAW), //                                    §7.4
  rule(localPref, WITHDRAW, WITHDRAW, internalPeer), //      §7.5
  rule(atomicAggregate, DISCARD), //                         §7.6
  rule(aggregator, DISCARD), //                              §7.7, RFC 7607
  rule(communities, WITHDRAW), //                            §7.8
  rule(originatorId, WITHDRAW, WITHDRAW, internalPeer), //   §7.9
  rule(clusterList, WITHDRAW, WITHDRAW, internalPeer), //    §7.10
  rule(mpReach, DISABLE), //                                 §7.11
  rule(mpUnreach, DISABLE), //                               §7.12
  rule(extendedCommunities, WITHDRAW), //                    §7.14
  rule(as4Path, DISCARD, WITHDRAW, twoOctetPeer), //         RFC 6793 §4.1, §6
  rule(as4Aggregator, DISCARD, WITHDRAW, twoOctetPeer), //   RFC 6793 §4.1, §6
  rule(largeCommunities, WITHDRAW), //                       RFC 8092 §6
  rule(pmsiTunnel, WITHDRAW), //                             RFC 6514
  rule(tunnelEncapsulation, WITHDRAW), //                    RFC 9012 §13
  rule(trafficEngineering, WITHDRAW), //                     RFC 5543
  rule(ipv6ExtendedCommunities, WITHDRAW), //                RFC 7606 §7.15
  rule(aigp, DISCARD, DISCARD), //                           RFC 7311 §4
  rule(linkState, DISCARD, DISCARD), //                      RFC 9552 §8.2.2
  rule(onlyToCustomer, WITHDRAW), //                         RFC 9234 §5
  rule(dPath, WITHDRAW), //                                  draft-ietf-bess-evpn-ipvpn-interworking
  rule(bfdDiscriminator, DISCARD), //                        RFC 9026
  rule(nextHopCharacteristics, DISCARD), //                  draft-ietf-idr-entropy-label
  rule(prefixSid, DISCARD, DISCARD), //                      RFC 8669 §6
  rule(bier, DISCARD), //                                    RFC 9793
  rule(attrSet, WITHDRAW), //                                RFC 6368 §5
];

const BY_CODE: (AttributeRule | undefined)[] = Array.from({ length: 256 });
const BY_KIND = new Map<PathAttribute['kind'], AttributeCodec>();
for (const known of RULES) {
  BY_CODE[known.codec.code] = known;
  if (known.codec.kind !== 'unknown') BY_KIND.set(known.codec.kind, known.codec);
}

/** The rule for an attribute type code, `undefined` for one this codec does not know. */
export const ruleOf = (code: number): AttributeRule | undefined => BY_CODE[code];

/** The codec of a kind; `undefined` for `unknown`. */
export const codecOf = (kind: PathAttribute['kind']): AttributeCodec | undefined => BY_KIND.get(kind);
