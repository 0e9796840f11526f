import type { IpVersion } from '../kubernetes/service-address.ts';
import type { Claimant } from './claimant.ts';
import { includes } from './intervals.ts';
import { pointOfText, textAt } from './number-line.ts';
import { freeIn, type Plot } from './territory.ts';
import { holdingsOf, type Turn } from './turn.ts';
import { objectionTo } from './wish.ts';

/** The lowest address of a pool that others have and would share. */
const sharedIn = (
  turn: Turn,
  claimant: Claimant,
  { pool, all }: Plot,
  version: IpVersion,
): string | undefined => {
  const { sharingKey, key } = claimant.service;
  if (sharingKey === null || pool.sharing === 'never') return undefined;
  let lowest: bigint | undefined;
  for (const sharer of turn.sharers.get(sharingKey) ?? []) {
    const other = sharer === key ? undefined : turn.services.get(sharer);
    for (const address of other === undefined ? [] : holdingsOf(turn, other)) {
      const point = pointOfText(address);
      if (point?.version !== version || !includes(all[version], point.value)) continue;
      if (lowest !== undefined && lowest <= point.value) continue;
      if (objectionTo(turn, claimant, address, pool) === undefined) lowest = point.value;
    }
  }
  return lowest === undefined ? undefined : textAt(version, lowest);
};

/** An address of a family: of the first pool that has one; there a shared one, else the lowest that is free. */
export const findAddress = (
  turn: Turn,
  claimant: Claimant,
  version: IpVersion,
  plots: readonly Plot[],
): string | undefined => {
  for (const plot of plots) {
    const found = sharedIn(turn, claimant, plot, version) ?? freeIn(plot, version);
    if (found !== undefined) return found;
  }
  return undefined;
};
