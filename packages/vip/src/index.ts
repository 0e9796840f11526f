/**
 * May this VIP be advertised, and if not, why not.
 *
 * `step` takes one input (a configuration, a probe's answer, an operator's wish, the outcome of a binding, what was
 * judged about Services) and answers with a new state, effects for the shell and conclusions for the log. The verdict
 * on a VIP is made in wish.ts: the operator's word, then health or what Kubernetes says, then the node's drain; after
 * it comes binding (settle.ts). Whatever changed, the VIP is judged anew and only news is concluded.
 *
 * Services are judged in `kubernetes/`, which is the subpath `@vipcast/vip/kubernetes`.
 *
 * - A restart withdraws nothing: what the journal last said (`Restored`) stands until a probe, the configuration
 *   or an operator says otherwise. Only a boot of the machine makes health unknown: a service that was well before may
 *   not even run.
 * - A VIP's addresses are bound before it is advertised and unbound after it is not. When only some can be bound
 *   those go out alone, so that a host without IPv6 still serves IPv4.
 * - An operator's withdrawal stands above health and outlives restarts, until the address is announced again or
 *   its VIP leaves the configuration or the cluster.
 * - A VIP of the configuration or of an operator keeps its addresses from Services.
 * - A node that drains first advertises all with the reason `draining`, for which speakers make routes less
 *   preferred (RFC 8326), and some seconds later withdraws them. What an operator or the cluster wished for lasts until
 *   it is taken back, over restarts.
 *
 * Addresses are canonical text here: they are names, and nobody computes with them.
 */
export type {
  AdvertiseReason,
  Conclusion,
  LeftOut,
  Said,
  Source,
  Verdict,
  WithholdReason,
} from './conclusion.ts';
export type { Drain, DrainWish } from './drain.ts';
export { unfitAddress } from './fitness.ts';
export type { Effect, Input, RestoredVip } from './input.ts';
export type { HealthCheck, VipSettings } from './settings.ts';
export { emptyState, type State } from './state.ts';
export { type Stepped, step } from './step.ts';
