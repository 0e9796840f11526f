import { objectName } from '../kubernetes/service.ts';
import type { ServiceAddress } from '../kubernetes/service-address.ts';
import { type Claimant, wantedFamilies } from './claimant.ts';
import { admits, type Pool, poolNames } from './pool.ts';
import type { RefusedReason } from './reasons.ts';
import { mayShare, whyNotShared } from './sharing.ts';
import { type Plot, poolWith } from './territory.ts';
import { holds, othersAt, type Turn } from './turn.ts';

/** Why a Service does not get what it wants. */
export interface Refusal {
  readonly reason: RefusedReason;
  readonly because: string;
}

/** What a Service asks for that it can have. */
export interface Wish {
  /** Asked for by name. */
  readonly addresses: readonly string[];
  /** Where the others may come from, in order. */
  readonly plots: readonly Plot[];
}

const refusal = (reason: RefusedReason, because: string): Refusal => ({ reason, because });

const isFor = (turn: Turn, { service }: Claimant, pool: Pool): boolean =>
  admits(pool, service, turn.namespaces.get(service.namespace));

/** Why a Service cannot be given an address of a pool; `undefined` when it can. */
export const objectionTo = (
  turn: Turn,
  claimant: Claimant,
  address: string,
  pool: Pool | undefined,
): Refusal | undefined => {
  const vip = turn.settings.reserved.get(address);
  if (vip !== undefined) return refusal('address-reserved', `${address} belongs to ${vip}`);
  for (const other of othersAt(turn, claimant, address)) {
    const name = objectName(other.service.key);
    if (!holds(turn, other, address))
      return refusal('address-conflict', `${address}: ${name} has it, if not in its status`);
    if (!mayShare(claimant, other))
      return refusal('address-conflict', `${address}: ${name} ${whyNotShared(claimant, other)}`);
    if (pool?.sharing === 'never')
      return refusal('address-conflict', `${address}: ${name} has it, and VIPPool ${pool.name} shares none`);
  }
  return undefined;
};

const objectionToRequest = (
  turn: Turn,
  claimant: Claimant,
  lawful: readonly string[],
  asked: ServiceAddress,
): Refusal | undefined => {
  if (asked.version === null) return refusal('request-invalid', asked.because);
  const { address, version } = asked;
  if (!wantedFamilies(claimant).includes(version))
    return refusal(
      'request-family',
      `${address} is asked for, and the Service wants no IPv${version} address`,
    );
  const pool = poolWith(turn.territory, address);
  if (claimant.pools !== null && (pool === undefined || !claimant.pools.includes(pool.name)))
    return refusal(
      'request-outside-pools',
      `${address} is not in VIPPool ${claimant.pools.join(', ')}, which is asked for too`,
    );
  if (lawful.includes(address)) return undefined;
  if (pool === undefined) return refusal('request-outside-pools', `${address} is in no VIPPool`);
  if (!isFor(turn, claimant, pool))
    return refusal('pool-not-for-it', `${address} is in VIPPool ${pool.name}, which is not for this Service`);
  return objectionTo(turn, claimant, address, pool);
};

const plotsFor = (turn: Turn, claimant: Claimant): readonly Plot[] | Refusal => {
  const { territory } = turn;
  const names = claimant.pools;
  if (names === null) return territory.filter(({ pool }) => pool.autoAssign && isFor(turn, claimant, pool));
  const unknown = names.find((name) => !territory.some(({ pool }) => pool.name === name));
  if (unknown !== undefined)
    return refusal('pool-unknown', `VIPPool ${unknown} is asked for, and there is none`);
  const plots = territory.filter(({ pool }) => names.includes(pool.name));
  const closed = plots.filter(({ pool }) => !isFor(turn, claimant, pool)).map(({ pool }) => pool);
  return closed.length === 0
    ? plots
    : refusal('pool-not-for-it', `${poolNames(closed)} is asked for, and is not for this Service`);
};

/**
 * What a Service asks for, or why it cannot have that.
 * @param lawful addresses that it has and may keep
 */
export const wishOf = (turn: Turn, claimant: Claimant, lawful: readonly string[]): Wish | Refusal => {
  const plots = plotsFor(turn, claimant);
  if ('reason' in plots) return plots;
  for (const asked of claimant.requested) {
    const against = objectionToRequest(turn, claimant, lawful, asked);
    if (against !== undefined) return { ...against, because: `${against.because} (${claimant.requestedBy})` };
  }
  return { addresses: claimant.requested.map(({ address }) => address), plots };
};
