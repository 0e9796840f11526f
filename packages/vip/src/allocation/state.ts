import { type Book, emptyBook } from '../book.ts';
import type { Labels } from '../kubernetes/selector.ts';
import type { Claimant } from './claimant.ts';
import type { AllocationSettings } from './input.ts';
import { type Territory, taken, territoryOf } from './territory.ts';
import type { AllocationVerdict, Assignment } from './verdict.ts';

/** All that is known of addresses and of who has them. Values never change in place. */
export interface AllocationState {
  readonly settings: AllocationSettings;
  readonly listed: boolean;
  readonly services: Book<Claimant>;
  /** Labels of namespaces, by name. */
  readonly namespaces: Book<Labels>;
  /** Address ⇒ keys of the Services that have it, are being given it, or have it as an external one. */
  readonly occupants: Book<readonly string[]>;
  /** Sharing key ⇒ keys of the Services that carry it. */
  readonly sharers: Book<readonly string[]>;
  readonly territory: Territory;
  /** What was decided and does not stand in the status yet, by Service. */
  readonly assigned: Book<Assignment>;
  /**
   * Addresses that were to be written over the version of a Service that is known, by Service. Such a write may still
   * arrive, whatever was decided since; it cannot once there is another version.
   */
  readonly tried: Book<readonly string[]>;
  /** The verdict that was last said, by Service. */
  readonly said: Book<AllocationVerdict>;
  /** Services that would take more, or something else, if they could. */
  readonly waiting: Book<true>;
}

/** Pools without what is reserved. */
export const openTerritory = ({ pools, reserved }: AllocationSettings): Territory =>
  [...reserved.keys()].reduce(taken, territoryOf(pools));

/** Where allocation begins: nothing is known but the settings. */
export const emptyAllocation = (settings: AllocationSettings): AllocationState => ({
  settings,
  listed: false,
  services: emptyBook(),
  namespaces: emptyBook(),
  occupants: emptyBook(),
  sharers: emptyBook(),
  territory: openTerritory(settings),
  assigned: emptyBook(),
  tried: emptyBook(),
  said: emptyBook(),
  waiting: emptyBook(),
});
