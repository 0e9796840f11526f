import { acquire, bindingKey, release } from './binding.ts';
import { conclude, type LeftOut, type Said, type WithholdReason } from './conclusion.ts';
import { forget, keep } from './holders.ts';
import { sameTexts } from './settings.ts';
import type { Binding, Turn, Vip } from './state.ts';
import { type Wish, wishFor } from './wish.ts';

/** A saying about a VIP. What there is none of is left out. */
const saying = ({ source, service }: Vip, { leftOut, ...rest }: Wish): Said => ({
  ...rest,
  source,
  ...(service === null ? {} : { object: service.object }),
  ...(service?.advertisements ? { advertisements: service.advertisements } : {}),
  ...(leftOut.length > 0 ? { leftOut } : {}),
});

/** What binding leaves of a wish: the addresses that are bound, or nothing when none is. */
const afterBinding = (wish: Wish, bindings: readonly Binding[]): Wish => {
  const failed = bindings.filter(({ status }) => status === 'failed');
  if (!wish.advertised || failed.length === 0) return wish;
  if (failed.length === bindings.length)
    return {
      advertised: false,
      reason: 'bind-failed',
      because: failed.map(({ because }) => because).join('; '),
      addresses: wish.addresses,
      leftOut: wish.leftOut,
    };
  const leftOut = failed.map(({ address, because }) => ({ address, reason: 'bind-failed', because }));
  const bound = bindings.filter(({ status }) => status === 'bound').map(({ address }) => address);
  return { ...wish, addresses: bound, leftOut: [...wish.leftOut, ...leftOut] };
};

const leaves = ({ leftOut = [] }: { readonly leftOut?: readonly LeftOut[] | undefined }): readonly string[] =>
  leftOut.map(({ address, reason }) => `${address} ${reason}`);

/** True when there is nothing new to say. `because` may change with every probe and alone is no news. */
const sameSaying = (a: Said, b: Said | null): boolean =>
  b !== null &&
  a.advertised === b.advertised &&
  a.reason === b.reason &&
  a.source === b.source &&
  a.object === b.object &&
  sameTexts(a.addresses, b.addresses) &&
  sameTexts(leaves(a), leaves(b)) &&
  (a.advertisements === undefined) === (b.advertisements === undefined) &&
  sameTexts(a.advertisements ?? [], b.advertisements ?? []);

/**
 * Judges a VIP as it now is, concludes what is new, and keeps it. While one of its addresses is being bound it
 * stays as it was: the answer is near, and one conclusion is better than two.
 */
export const settle = (turn: Turn, vip: Vip): void => {
  const wish = wishFor(turn, vip);
  const device = wish.advertised ? vip.bind : null;
  const bindings =
    device === null ? [] : wish.addresses.map((address) => acquire(turn, vip.name, address, device));
  const needs = bindings.map((binding) => bindingKey(binding.address, binding.interface));
  if (bindings.some(({ status }) => status === 'pending')) {
    keep(turn, { ...vip, holds: [...new Set([...vip.holds, ...needs])] });
    return;
  }
  const said = saying(vip, afterBinding(wish, bindings));
  if (!sameSaying(said, vip.said)) turn.conclusions.push(conclude(vip.name, said, vip.said));
  for (const key of vip.holds) if (!needs.includes(key)) release(turn, vip.name, key);
  const settled = { ...vip, said, holds: needs };
  keep(turn, settled);
  // A drain begins nothing, so what it finds unbound is given up: said apart, since the failure came first.
  if (wish.reason === 'draining' && !said.advertised) settle(turn, settled);
};

/** Concludes that a VIP is no more, and forgets it. */
export const remove = (turn: Turn, vip: Vip, reason: WithholdReason, because: string): void => {
  const { name, addresses, said } = vip;
  const ending = saying(vip, {
    advertised: false,
    reason,
    because,
    addresses: said?.addresses ?? addresses,
    leftOut: [],
  });
  turn.conclusions.push(conclude(name, ending, said));
  for (const key of vip.holds) release(turn, name, key);
  if (vip.healthCheck !== null) turn.effects.push({ type: 'stopProbe', vip: name });
  forget(turn, name);
};
