/**
 * May this VIP be advertised, and if not, why not.
 *
 * `step` takes one input (a configuration, a probe's answer, an operator's wish, the outcome of a binding) and
 * answers with a new state, effects for the shell and conclusions for the log. The verdict on a VIP is a table in
 * settle.ts: the operator's word, then health, then binding; whatever changed, the VIP is judged anew and only news
 * is concluded.
 *
 * - A restart withdraws nothing: what the journal last said (`Restored`) stands until a probe, the configuration
 *   or an operator says otherwise.
 * - A VIP's addresses are bound before it is advertised and unbound after it is not. When only some can be bound
 *   those go out alone, so that a host without IPv6 still serves IPv4.
 * - An operator's withdrawal stands above health and outlives restarts, until the address is announced again or
 *   its VIP leaves the configuration.
 *
 * Addresses are canonical text here: they are names, and nobody computes with them.
 */
export type {
  AdvertiseReason,
  Conclusion,
  Said,
  Source,
  Verdict,
  WithholdReason,
} from './conclusion.ts';
export type { Effect, Input, RestoredVip } from './input.ts';
export type { HealthCheck, VipSettings } from './settings.ts';
export { emptyState, type State } from './state.ts';
export { type Stepped, step } from './step.ts';
