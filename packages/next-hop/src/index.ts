/**
 * Which next hop a peer gets for a family, and why.
 *
 * One decision table, a row for each strategy (`resolution.ts`): routes of the session's own family carry its local
 * address, and a row says what those of the other family carry. Rows that search a link judge its addresses one by
 * one (`candidate.ts`) and order those that are fit (`preference.ts`). In: the session, the peer's settings, the
 * host's addresses, our own VIPs. Out: a `Resolution` with one or two addresses, or with none; a stable reason, a
 * sentence for people, and every address that was looked at. Nothing here fails: what cannot be resolved is refused
 * for that family on that peer, and decided again when an input changes.
 *
 * RFCs: 4271 §5.1.3 (NEXT_HOP), 4760 §3 (MP_REACH_NLRI), 2545 §3 (global and link-local), 8950 (IPv4 over IPv6).
 */
export type {
  Candidate,
  DecisionInput,
  HostAddress,
  NextHopSession,
  NextHopSettings,
  RefusedReason,
  Rejection,
  Resolution,
  ResolvedReason,
  Strategy,
} from './decision.ts';
export { resolveNextHop } from './resolution.ts';
