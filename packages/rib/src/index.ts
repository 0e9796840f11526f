/**
 * What each peer should hear, what it has heard, and the UPDATEs that lie between.
 *
 * In: which VIPs are advertised with which addresses, the policy, sessions coming and going, the next hop decided
 * for each peer and family. Out: messages for a peer, each filled to its limit, and what they say. A peer has a
 * set of dirty destinations, never a queue of messages: a VIP that flaps a hundred times while a router is slow
 * costs one route. Routes with equal attributes share one attribute object, compared by identity.
 *
 * RFCs: 4271 §3.2 and §9 (Adj-RIBs-Out), 4760, 4724 §2 (End-of-RIB), 2918 and 7313 (refresh).
 */
export type { AttributeSet } from './attribute-set.ts';
export type { Drained, RibConclusion } from './drain.ts';
export type { NextHop, PeerSession, Refusal, RefusalReason } from './peer.ts';
export type {
  AddressRange,
  AdvertisementRule,
  Policy,
  PolicyMatch,
  PolicyRule,
  PolicySet,
} from './policy.ts';
export { applyToRib, createRib, drain, isDirty, type Rib, type RibInput } from './rib.ts';
