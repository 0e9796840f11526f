import type { Draft } from '../book.ts';
import type { Labels } from '../kubernetes/selector.ts';
import { type Claimant, givenTo } from './claimant.ts';
import type { AllocationSettings } from './input.ts';
import type { AllocationState } from './state.ts';
import { type Territory, taken, vacated } from './territory.ts';
import type { AllocationVerdict, Assignment } from './verdict.ts';

/** A step being made. It lives no longer than the step. */
export interface Turn {
  settings: AllocationSettings;
  listed: boolean;
  readonly services: Draft<Claimant>;
  readonly namespaces: Draft<Labels>;
  readonly occupants: Draft<readonly string[]>;
  readonly sharers: Draft<readonly string[]>;
  territory: Territory;
  readonly assigned: Draft<Assignment>;
  readonly tried: Draft<readonly string[]>;
  readonly said: Draft<AllocationVerdict>;
  readonly waiting: Draft<true>;
  /** Services to decide on. */
  touched: Set<string>;
  /** Something became possible that was not: whoever waits is to be decided on. */
  loosened: boolean;
}

/** Opens a state for changes. */
export const beginTurn = (state: AllocationState): Turn => ({
  settings: state.settings,
  listed: state.listed,
  services: state.services.edit(),
  namespaces: state.namespaces.edit(),
  occupants: state.occupants.edit(),
  sharers: state.sharers.edit(),
  territory: state.territory,
  assigned: state.assigned.edit(),
  tried: state.tried.edit(),
  said: state.said.edit(),
  waiting: state.waiting.edit(),
  touched: new Set(),
  loosened: false,
});

/** The state that it came to. */
export const endTurn = (turn: Turn): AllocationState => ({
  settings: turn.settings,
  listed: turn.listed,
  services: turn.services.done(),
  namespaces: turn.namespaces.done(),
  occupants: turn.occupants.done(),
  sharers: turn.sharers.done(),
  territory: turn.territory,
  assigned: turn.assigned.done(),
  tried: turn.tried.done(),
  said: turn.said.done(),
  waiting: turn.waiting.done(),
});

/** What a Service has: what was decided last, else what its status says. */
export const holdingsOf = (turn: Turn, claimant: Claimant): readonly string[] =>
  turn.assigned.get(claimant.service.key)?.addresses ?? givenTo(claimant);

/**
 * True when a Service has an address in its status, or will. An external address is not one that it has: anybody who
 * may edit a Service can write it there.
 */
export const holds = (turn: Turn, claimant: Claimant, address: string): boolean =>
  givenTo(claimant).includes(address) || holdingsOf(turn, claimant).includes(address);

/** Addresses that nobody else may be given: an old one until the status no longer says it, a new one at once. */
export const occupiedBy = (turn: Turn, claimant: Claimant | undefined): readonly string[] => {
  if (claimant === undefined) return [];
  const external = claimant.service.external.map(({ address }) => address);
  const tried = turn.tried.get(claimant.service.key) ?? [];
  return [...new Set([...givenTo(claimant), ...holdingsOf(turn, claimant), ...tried, ...external])];
};

const leave = (turn: Turn, key: string, address: string): void => {
  turn.loosened = true;
  const others = (turn.occupants.get(address) ?? []).filter((other) => other !== key);
  if (others.length > 0) {
    turn.occupants.set(address, others);
    return;
  }
  turn.occupants.delete(address);
  if (!turn.settings.reserved.has(address)) turn.territory = vacated(turn.territory, address);
};

const enter = (turn: Turn, key: string, address: string): void => {
  const others = turn.occupants.get(address) ?? [];
  turn.occupants.set(address, [...others, key]);
  if (others.length === 0) turn.territory = taken(turn.territory, address);
};

/** Brings the book of occupants up to date after something about a Service changed. */
export const move = (turn: Turn, key: string, before: readonly string[], after: readonly string[]): void => {
  for (const address of before) if (!after.includes(address)) leave(turn, key, address);
  for (const address of after) if (!before.includes(address)) enter(turn, key, address);
};

/** Other Services that have an address in whatever way. */
export const othersAt = (turn: Turn, claimant: Claimant, address: string): readonly Claimant[] =>
  (turn.occupants.get(address) ?? []).flatMap((key) =>
    key === claimant.service.key ? [] : (turn.services.get(key) ?? []),
  );
