import { bindingKey, sweep } from './binding.ts';
import { resolveConflicts, servicesJudged, servicesSynced } from './cluster-services.ts';
import type { Conclusion } from './conclusion.ts';
import { applyConfig } from './configuration.ts';
import { drainTimeIsOver, liftDrain, nodeTold, requestDrain, restoreDrain } from './draining.ts';
import { count, type Probed } from './health.ts';
import { keep } from './holders.ts';
import type { Effect, Input } from './input.ts';
import { grant } from './operator.ts';
import { restore } from './restoration.ts';
import { settle } from './settle.ts';
import { type Binding, edited, emptyState, type State, type Turn } from './state.ts';

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
  else if (health !== vip.health) keep(turn, { ...vip, health });
};

const bindDecided = (
  turn: Turn,
  about: { readonly address: string; readonly interface: string },
  outcome: Pick<Binding, 'status' | 'because'>,
): void => {
  const key = bindingKey(about.address, about.interface);
  const binding = turn.bindings.get(key);
  if (binding === undefined) return;
  turn.bindings.set(key, { ...binding, ...outcome });
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
  if (turn.drain.phase === 'draining') turn.effects.push({ type: 'stopTimer', timer: 'drain' });
  Object.assign(turn, edited(emptyState()));
};

const take = (turn: Turn, input: Input): void => {
  switch (input.type) {
    case 'Restored':
      for (const vip of input.vips) restore(turn, vip);
      // What the journal says side by side stood side by side: the configuration comes next, and moves what has moved.
      turn.moved.clear();
      if (input.drain) restoreDrain(turn, input.drain);
      break;
    case 'ConfigApplied':
      applyConfig(turn, input);
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
    case 'ServicesJudged':
      servicesJudged(turn, input.verdicts);
      break;
    case 'ServicesSynced':
      servicesSynced(turn);
      break;
    case 'OperatorDrain':
      requestDrain(turn, { source: 'operator', because: `${input.by} drained the node` });
      break;
    case 'OperatorUndrain':
      liftDrain(turn, { source: 'operator', because: `${input.by} undrained the node` });
      break;
    case 'NodeTold':
      nodeTold(turn, input.drain);
      break;
    case 'TimerExpired':
      drainTimeIsOver(turn);
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
  const turn: Turn = {
    before: state,
    ...edited(state),
    effects: [],
    conclusions: [],
    released: [],
    moved: new Set(),
  };
  take(turn, input);
  resolveConflicts(turn);
  sweep(turn);
  const { vips, bindings, holders, drain, drainTime, effects, conclusions } = turn;
  const after = { vips: vips.done(), bindings: bindings.done(), holders: holders.done(), drain, drainTime };
  return { state: after, effects, conclusions };
};
