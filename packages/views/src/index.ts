/**
 * Questions to the log, as pure folds.
 *
 * A view is `{ initial, fold, answer }`: facts go in one by one in the order of the log, rows come out, as of the
 * last fact folded. So the past is asked the same way as the present: fold less. All views of "now" (`peers`,
 * `routes`, `vips`, `nextHops`, `status`, `why`) are answers from one state, the `Network`, which `network/` folds
 * with one file per aggregate; `historyOf` keeps the changes themselves,
 * and `diffRoutes` compares two answers. Rows are plain data with times in
 * milliseconds since 1970; how they look is for whoever shows them.
 *
 * A state can be put away and taken back later (`network/keeping.ts`), each fact in it as its position: it is small, and
 * the log has the facts.
 *
 * What holds for one session only (routes, next hops, counts) is forgotten when it ends: at its `session.Closed`, at
 * a new start of its node, and when a speaker speaks under a higher epoch. VIPs outlive all of these.
 *
 * RFCs: 4271 (states, NOTIFICATION), 4486 (Cease subcodes).
 */
export { describeClosing } from './closing.ts';
export { describeFact } from './description.ts';
export { diffRoutes, type RouteChange, type RouteState } from './diff.ts';
export { type History, type HistoryRow, historyOf, type Reason } from './history.ts';
export { familyOfText, hostRoute } from './host-route.ts';
export type { LeftOutAddress } from './left-out.ts';
export { type ConfiguredPeer, configuredPeers } from './network/configuration.ts';
export type {
  DrainFact,
  NextHopFact,
  NodeState,
  PeerState,
  SessionState,
  VipFact,
  VipState,
} from './network/state.ts';
export { emptyNetwork, foldNetwork, type Network, ofNetwork } from './network.ts';
export { type CandidateRow, type NextHopRow, nextHops } from './next-hops.ts';
export { type PeerFamily, type PeerRow, peers } from './peers.ts';
export { type Refusal, type RouteRow, type RoutesScope, routes } from './routes.ts';
export { peersOf, type Selected } from './selection.ts';
export { type StatusRow, status } from './status.ts';
export type { Changed, Keeping, Recall, Scope, View } from './view.ts';
export { type VipRow, vips } from './vips.ts';
export { type Announcement, type WhyRow, type WhyScope, why } from './why.ts';
export type { Step } from './why-steps.ts';
