import { acquire, bindingKey, release } from './binding.ts';
import { conclude, type Said, type Verdict } from './conclusion.ts';
import { sameTexts } from './settings.ts';
import type { Binding, Turn, Vip } from './state.ts';

/** The verdict before binding: the operator's word, then the service's health. First match wins. */
const wish = ({ word, healthCheck, health, said }: Vip): Verdict => {
  if (word?.kind === 'withdrawn')
    return { advertised: false, reason: 'operator-withdrew', because: word.because };
  if (word?.kind === 'announced')
    return { advertised: true, reason: 'operator-announced', because: word.because };
  if (healthCheck === null)
    return { advertised: true, reason: 'configured', because: 'configured without a health check' };
  const { because } = health;
  switch (health.verdict) {
    case 'healthy':
      return { advertised: true, reason: 'healthy', because };
    case 'assumed':
      return { advertised: true, reason: said?.advertised ? said.reason : 'configured', because };
    case 'unhealthy':
      return { advertised: false, reason: 'unhealthy', because };
    case 'unknown':
      return { advertised: false, reason: 'health-unknown', because };
  }
};

/** What binding leaves of a verdict: the addresses that are bound, or nothing when none is. */
const afterBinding = (vip: Vip, verdict: Verdict, bindings: readonly Binding[]): Said => {
  const { source, addresses } = vip;
  const failed = bindings.filter(({ status }) => status === 'failed');
  if (!verdict.advertised || failed.length === 0) return { ...verdict, source, addresses };
  const why = failed.map(({ because }) => because).join('; ');
  if (failed.length === bindings.length)
    return { advertised: false, reason: 'bind-failed', because: why, source, addresses };
  const bound = bindings.filter(({ status }) => status === 'bound').map(({ address }) => address);
  return { ...verdict, because: `${verdict.because}; left out: ${why}`, source, addresses: bound };
};

/** True when there is nothing new to say. `because` may change with every probe and alone is no news. */
const sameSaying = (a: Said, b: Said | null): boolean =>
  b !== null &&
  a.advertised === b.advertised &&
  a.reason === b.reason &&
  a.source === b.source &&
  sameTexts(a.addresses, b.addresses);

/**
 * Judges a VIP as it now is, concludes what is new, and keeps it. While one of its addresses is being bound it
 * stays as it was: the answer is near, and one conclusion is better than two.
 */
export const settle = (turn: Turn, vip: Vip): void => {
  const verdict = wish(vip);
  const device = verdict.advertised ? vip.bind : null;
  const bindings =
    device === null ? [] : vip.addresses.map((address) => acquire(turn, vip.name, address, device));
  const needs = bindings.map((binding) => bindingKey(binding.address, binding.interface));
  if (bindings.some(({ status }) => status === 'pending')) {
    turn.vips = turn.vips.with(vip.name, { ...vip, holds: [...new Set([...vip.holds, ...needs])] });
    return;
  }
  const said = afterBinding(vip, verdict, bindings);
  if (!sameSaying(said, vip.said)) turn.conclusions.push(conclude(vip.name, said, vip.said));
  for (const key of vip.holds) if (!needs.includes(key)) release(turn, vip.name, key);
  turn.vips = turn.vips.with(vip.name, { ...vip, said, holds: needs });
};

/** Concludes that a VIP is no more, and forgets it. */
export const remove = (
  turn: Turn,
  vip: Vip,
  reason: 'removed-from-config' | 'operator-withdrew',
  because: string,
): void => {
  const { name, source, addresses, said } = vip;
  turn.conclusions.push(
    conclude(
      name,
      { advertised: false, reason, because, source, addresses: said?.addresses ?? addresses },
      said,
    ),
  );
  for (const key of vip.holds) release(turn, name, key);
  if (vip.healthCheck !== null) turn.effects.push({ type: 'stopProbe', vip: name });
  turn.vips = turn.vips.without(name);
};
