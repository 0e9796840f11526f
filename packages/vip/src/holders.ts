import type { Turn, Vip } from './state.ts';

const NONE: readonly string[] = [];

/** Names of the VIPs that have an address. */
export const holdersOf = ({ holders }: Turn, address: string): readonly string[] =>
  holders.get(address) ?? NONE;

/** The VIP of the configuration or of an operator that keeps a Service from an address. */
export const ownerOf = (turn: Turn, address: string): Vip | undefined => {
  for (const name of holdersOf(turn, address)) {
    const vip = turn.vips.get(name);
    if (vip !== undefined && vip.source !== 'kubernetes') return vip;
  }
  return undefined;
};

const sameOrder = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((text, i) => text === b[i]));

const move = (turn: Turn, name: string, before: Vip | undefined, after: Vip | undefined): void => {
  const [old, fresh] = [before?.addresses ?? NONE, after?.addresses ?? NONE];
  if (sameOrder(old, fresh) && before?.source === after?.source) return;
  for (const address of old) {
    const others = holdersOf(turn, address).filter((holder) => holder !== name);
    if (others.length > 0) turn.holders.set(address, others);
    else turn.holders.delete(address);
  }
  for (const address of fresh) turn.holders.set(address, [...holdersOf(turn, address), name]);
  if (before?.source !== 'kubernetes' && after?.source !== 'kubernetes')
    for (const address of [...old, ...fresh]) turn.moved.add(address);
};

/** Keeps a VIP in place of the one of its name. */
export const keep = (turn: Turn, vip: Vip): void => {
  move(turn, vip.name, turn.vips.get(vip.name), vip);
  turn.vips.set(vip.name, vip);
};

/** Forgets a VIP. */
export const forget = (turn: Turn, name: string): void => {
  move(turn, name, turn.vips.get(name), undefined);
  turn.vips.delete(name);
};
