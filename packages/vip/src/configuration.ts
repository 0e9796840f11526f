import { withoutServices } from './cluster-services.ts';
import { setDrainTime } from './draining.ts';
import { assumed, type Health, recount, UNKNOWN } from './health.ts';
import type { Input } from './input.ts';
import { type HealthCheck, sameCheck, type VipSettings } from './settings.ts';
import { remove, settle } from './settle.ts';
import type { Turn, Vip } from './state.ts';

/** Where health starts under a check: what is known, or is taken for granted, stays until the check decides. */
const healthUnder = (check: HealthCheck | null, vip: Vip | undefined): Health => {
  if (check === null || vip === undefined) return UNKNOWN;
  if (sameCheck(vip.healthCheck, check)) return vip.health;
  const neverChecked = vip.healthCheck === null && vip.health.verdict === 'unknown';
  return neverChecked && vip.said?.advertised ? assumed(vip.said.because) : recount(vip.health);
};

const configure = (turn: Turn, { name, addresses, healthCheck, bind }: VipSettings): void => {
  const vip = turn.vips.get(name);
  if (healthCheck === null) {
    if (vip?.healthCheck) turn.effects.push({ type: 'stopProbe', vip: name });
  } else if (!sameCheck(vip?.healthCheck ?? null, healthCheck))
    turn.effects.push({ type: 'startProbe', vip: name, healthCheck });
  settle(turn, {
    name,
    source: 'static',
    addresses,
    healthCheck,
    bind,
    word: vip?.word?.kind === 'withdrawn' ? vip.word : null,
    health: healthUnder(healthCheck, vip),
    said: vip?.said ?? null,
    holds: vip?.holds ?? [],
    service: null,
  });
};

/** Takes a configuration: an operator's VIP whose name it uses becomes a configured one; other such VIPs stay. */
export const applyConfig = (
  turn: Turn,
  { vips, services, drainTime }: Extract<Input, { type: 'ConfigApplied' }>,
): void => {
  if (drainTime !== undefined && drainTime !== turn.drainTime) setDrainTime(turn, drainTime);
  const wanted = new Set(vips.map(({ name }) => name));
  for (const settings of vips) configure(turn, settings);
  // After the others: an address that moves from one VIP to another is advertised throughout.
  for (const vip of turn.vips.values())
    if (vip.source === 'static' && !wanted.has(vip.name))
      remove(turn, vip, 'removed-from-config', 'no longer in the configuration');
  if (services === false) withoutServices(turn);
};
