import type { IpVersion } from '../kubernetes/service-address.ts';
import { type Claimant, givenTo, wantedFamilies } from './claimant.ts';
import { pointOfText } from './number-line.ts';
import { poolNames } from './pool.ts';
import type { AllocatedReason, RefusedReason } from './reasons.ts';
import { findAddress } from './search.ts';
import { bySeniority, mayShare } from './sharing.ts';
import { type Plot, poolWith } from './territory.ts';
import { holdingsOf, holds, othersAt, type Turn } from './turn.ts';
import { type Refusal, type Wish, wishOf } from './wish.ts';

/** What a Service shall have, and why. */
export type Decision = {
  readonly addresses: readonly string[];
  readonly because: string;
  /** It would take more, or something else, if it could. */
  readonly waits: boolean;
} & (
  | { readonly refused: false; readonly reason: AllocatedReason }
  | { readonly refused: true; readonly reason: RefusedReason }
);

const versionOf = (address: string): IpVersion | undefined => pointOfText(address)?.version;

const isOutside = (turn: Turn, address: string): boolean => poolWith(turn.territory, address) === undefined;

/** What no pool of ours has and we did not write is none of our business. */
const isForeign = (turn: Turn, claimant: Claimant): boolean => {
  if (claimant.strange) return true;
  const given = givenTo(claimant);
  return given.length > 0 && !claimant.ours && given.every((address) => isOutside(turn, address));
};

/**
 * What a pool says now is not looked at: no edit of a pool takes an address away from a Service that has it. Only an
 * older Service does, or a VIP of the configuration file.
 */
const mayKeep = (turn: Turn, claimant: Claimant, address: string): boolean => {
  if (isOutside(turn, address)) return givenTo(claimant).includes(address);
  if (turn.settings.reserved.has(address)) return false;
  return !othersAt(turn, claimant, address).some(
    (other) => bySeniority(other, claimant) < 0 && holds(turn, other, address) && !mayShare(other, claimant),
  );
};

/** True for what a Service has and still wants. */
const isWanted = (turn: Turn, claimant: Claimant, wish: Wish, address: string): boolean => {
  const pool = poolWith(turn.territory, address);
  if (pool === undefined && !claimant.ours) return true;
  const version = versionOf(address);
  if (version === undefined || !wantedFamilies(claimant).includes(version)) return false;
  if (wish.addresses.some((asked) => versionOf(asked) === version)) return false;
  return claimant.pools === null || (pool !== undefined && claimant.pools.includes(pool.name));
};

const nothingFree = (turn: Turn, plots: readonly Plot[], missing: readonly IpVersion[]): Refusal => {
  const pools = turn.territory.map(({ pool }) => pool);
  if (pools.length === 0) return { reason: 'no-pool', because: 'there is no VIPPool' };
  if (plots.length === 0)
    return { reason: 'no-pool', because: `of ${poolNames(pools)}, none is for this Service` };
  const tried = missing.map((version) => {
    const has = (plot: Plot): boolean => plot.all[version].length > 0;
    const [full, without] = [plots.filter(has), plots.filter((plot) => !has(plot))];
    const names = (some: readonly Plot[]): string => poolNames(some.map(({ pool }) => pool));
    return [
      ...(full.length > 0 ? [`no IPv${version} address is free in ${names(full)}`] : []),
      ...(without.length > 0 ? [`${names(without)} has no IPv${version} addresses`] : []),
    ].join('; ');
  });
  return { reason: 'no-free-address', because: tried.join('; ') };
};

const refused = (addresses: readonly string[], { reason, because }: Refusal): Decision => {
  const keeps = addresses.length > 0 ? `; the Service keeps ${addresses.join(', ')}` : '';
  return { addresses, refused: true, reason, because: `${because}${keeps}`, waits: true };
};

const allocated = (turn: Turn, addresses: readonly string[]): Decision => {
  const outside = addresses.filter((address) => isOutside(turn, address));
  const sources = addresses.map((address) => {
    const pool = poolWith(turn.territory, address);
    return pool === undefined
      ? `${address} is in no VIPPool and is kept`
      : `${address} is of VIPPool ${pool.name}`;
  });
  const reason = outside.length > 0 ? 'outside-pools' : 'allocated';
  return { addresses, refused: false, reason, because: sources.join(', '), waits: false };
};

/** In the order of the Service's families. */
const inOrder = (claimant: Claimant, addresses: readonly string[]): readonly string[] => {
  const rank = (address: string): number => claimant.families.indexOf(versionOf(address) ?? 4);
  return [...new Set(addresses)].toSorted((a, b) => rank(a) - rank(b));
};

/** Decides what one Service shall have, by all that is known. */
export const decide = (turn: Turn, claimant: Claimant): Decision => {
  if (isForeign(turn, claimant)) {
    const because = 'its addresses were given by somebody else';
    return { addresses: givenTo(claimant), refused: false, reason: 'foreign', because, waits: false };
  }
  const lawful = holdingsOf(turn, claimant).filter((address) => mayKeep(turn, claimant, address));
  const wish = wishOf(turn, claimant, lawful);
  if ('reason' in wish) return refused(lawful, wish);
  const kept = lawful.filter((address) => isWanted(turn, claimant, wish, address));
  const addresses = [...wish.addresses, ...kept];
  const missing: IpVersion[] = [];
  for (const version of wantedFamilies(claimant)) {
    if (addresses.some((address) => versionOf(address) === version)) continue;
    const found = findAddress(turn, claimant, version, wish.plots);
    if (found === undefined) missing.push(version);
    else addresses.push(found);
  }
  if (missing.length === 0) return allocated(turn, inOrder(claimant, addresses));
  const against = nothingFree(turn, wish.plots, missing);
  const mayDoWithout =
    claimant.familyPolicy === 'PreferDualStack' &&
    addresses.length > 0 &&
    !lawful.some((address) => missing.includes(versionOf(address) ?? 4));
  return mayDoWithout
    ? { addresses, refused: false, reason: 'one-family', because: against.because, waits: true }
    : refused(lawful, against);
};
