/**
 * Which addresses of VIPPools the Services of a cluster shall have, and why some have none.
 *
 * `claimantOf` makes of a Service of the API the little that deciding needs; `stepAllocation` takes what changed and
 * answers with what is to be written into statuses and with the verdicts that changed.
 *
 * - The status of a Service is the record. What stands there is kept over restarts of whoever allocates, and no edit
 *   of a pool takes it away: only the Service itself (other families, another request), an older Service that has the
 *   address too, or a VIP of the configuration file.
 * - An address is occupied from the moment that it is decided on until no status says it any more, so none is given
 *   twice. Services of other classes and external addresses occupy as well.
 * - Who asks for an address or a pool gets that or nothing new, and a reason.
 * - Families are looked for one by one, each in the first pool that has a free address: a pool may have one family.
 * - Free addresses are kept as intervals, lowest first; the oldest Service chooses first.
 *
 * What was decided counts until the status says otherwise, or until the Service changes in a way that undoes it.
 */
export { type Claimant, claimantOf, type FamilyPolicy, POOL_ANNOTATIONS } from './claimant.ts';
export type { AllocationInput, AllocationSettings } from './input.ts';
export type { Pool } from './pool.ts';
export {
  ALLOCATED_REASONS,
  type AllocatedReason,
  REFUSED_REASONS,
  type RefusedReason,
} from './reasons.ts';
export { type AllocationState, emptyAllocation } from './state.ts';
export { type AllocationStepped, stepAllocation } from './step-allocation.ts';
export { type AllocationVerdict, type Assignment, sameAddresses } from './verdict.ts';
