import { bindingKey, sweep } from './binding.ts';
import type { Conclusion } from './conclusion.ts';
import { applyConfig } from './configuration.ts';
import { count, type Probed } from './health.ts';
import type { Effect, Input } from './input.ts';
import { grant } from './operator.ts';
import { restore } from './restoration.ts';
import { settle } from './settle.ts';
import { type Binding, emptyState, type State, type Turn } from './state.ts';

/** What a step answers. */
export interface Stepped {
  readonly state: State;
  readonly effects: readonly Effect[];
  readonly conclusions: readonly Conclusion[];
}

const probed = (turn: Turn, name: string, probe: Probed): void => {
  const vip = turn.vips.get(name);
  if (!vip?.healthCheck) return;
  const health = count(vip.health, vip.healthCheck, probe);
  if (health.verdict !== vip.health.verdict) settle(turn, { ...vip, health });
  else if (health !== vip.health) turn.vips = turn.vips.with(name, { ...vip, health });
};

const bindDecided = (
  turn: Turn,
  about: { readonly address: string; readonly interface: string },
  outcome: Pick<Binding, 'status' | 'because'>,
): void => {
  const key = bindingKey(about.address, about.interface);
  const binding = turn.bindings.get(key);
  if (binding === undefined) return;
  turn.bindings = turn.bindings.with(key, { ...binding, ...outcome });
  for (const user of binding.users) {
    const vip = turn.vips.get(user);
    if (vip) settle(turn, vip);
  }
};

const stop = (turn: Turn): void => {
  for (const { name, healthCheck } of turn.vips.values())
    if (healthCheck !== null) turn.effects.push({ type: 'stopProbe', vip: name });
  for (const binding of turn.bindings.values())
    turn.effects.push({ type: 'unbind', address: binding.address, interface: binding.interface });
  Object.assign(turn, emptyState());
};

const take = (turn: Turn, input: Input): void => {
  switch (input.type) {
    case 'Restored':
      for (const vip of input.vips) restore(turn, vip);
      break;
    case 'ConfigApplied':
      applyConfig(turn, input.vips);
      break;
    case 'ProbeSucceeded':
    case 'ProbeFailed':
      probed(turn, input.vip, { healthy: input.type === 'ProbeSucceeded', detail: input.detail });
      break;
    case 'OperatorAnnounce':
    case 'OperatorWithdraw':
      grant(turn, input.type === 'OperatorAnnounce' ? 'announce' : 'withdraw', input.addresses, input.by);
      break;
    case 'BindSucceeded':
      bindDecided(turn, input, { status: 'bound', because: '' });
      break;
    case 'BindFailed':
      bindDecided(turn, input, { status: 'failed', because: input.because });
      break;
    case 'Stop':
      stop(turn);
  }
};

/**
 * Takes one input. The state that goes in is never changed.
 *
 * After `Stop`, which unbinds and concludes nothing, a state knows no VIPs.
 */
export const step = (state: State, input: Input): Stepped => {
  const turn: Turn = { ...state, effects: [], conclusions: [], released: [] };
  take(turn, input);
  sweep(turn);
  const { vips, bindings, effects, conclusions } = turn;
  return { state: { vips, bindings }, effects, conclusions };
};
