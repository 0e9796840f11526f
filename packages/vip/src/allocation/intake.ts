import type { Draft } from '../book.ts';
import { sameLabels } from '../kubernetes/namespace.ts';
import { type Claimant, givenTo } from './claimant.ts';
import type { AllocationInput, AllocationSettings } from './input.ts';
import { openTerritory } from './state.ts';
import { taken } from './territory.ts';
import { move, occupiedBy, type Turn } from './turn.ts';
import { sameAddresses } from './verdict.ts';

/** What was decided is over when somebody, most often we, wrote addresses into the status: the status is the record. */
const isOver = (before: Claimant, after: Claimant | undefined): boolean =>
  after === undefined ||
  !after.service.isLoadBalancer ||
  after.service.uid !== before.service.uid ||
  (givenTo(after).length > 0 && !sameAddresses(givenTo(before), givenTo(after)));

const traits = ({ service, ports, selector }: Claimant): string =>
  JSON.stringify([service.sharingKey, service.local, selector, ports]);

const removeFrom = (book: Draft<readonly string[]>, name: string, key: string): void => {
  const others = (book.get(name) ?? []).filter((other) => other !== key);
  if (others.length > 0) book.set(name, others);
  else book.delete(name);
};

const changeSharing = (turn: Turn, key: string, before: string | null, after: string | null): void => {
  if (before === after) return;
  if (before !== null) removeFrom(turn.sharers, before, key);
  if (after !== null) turn.sharers.set(after, [...(turn.sharers.get(after) ?? []), key]);
};

const changeService = (turn: Turn, key: string, after: Claimant | undefined): void => {
  const before = turn.services.get(key);
  if (before === undefined && after === undefined) return;
  const left = occupiedBy(turn, before);
  if (before !== undefined && isOver(before, after)) turn.assigned.delete(key);
  if (before?.resourceVersion !== after?.resourceVersion) turn.tried.delete(key);
  if (after === undefined) turn.services.delete(key);
  else turn.services.set(key, after);
  const entered = occupiedBy(turn, after);
  move(turn, key, left, entered);
  changeSharing(turn, key, before?.service.sharingKey ?? null, after?.service.sharingKey ?? null);
  if (before !== undefined && after !== undefined && traits(before) !== traits(after)) turn.loosened = true;
  turn.touched.add(key);
  for (const address of entered)
    for (const other of turn.occupants.get(address) ?? []) turn.touched.add(other);
};

const changeSettings = (turn: Turn, settings: AllocationSettings): void => {
  turn.settings = settings;
  turn.territory = [...turn.occupants.keys()].reduce(taken, openTerritory(settings));
  for (const key of turn.services.keys()) turn.touched.add(key);
};

/** Takes one input, and notes who is to be decided on. */
export const take = (turn: Turn, input: AllocationInput): void => {
  switch (input.type) {
    case 'ServicesChanged':
      for (const key of input.deleted) changeService(turn, key, undefined);
      for (const claimant of input.set) changeService(turn, claimant.service.key, claimant);
      break;
    case 'NamespacesChanged':
      for (const name of input.deleted) turn.namespaces.delete(name);
      for (const { name, labels } of input.set) {
        const before = turn.namespaces.get(name);
        if (before !== undefined && sameLabels(before, labels)) continue;
        turn.namespaces.set(name, labels);
        turn.loosened = true;
      }
      break;
    case 'SettingsChanged':
      changeSettings(turn, input.settings);
      break;
    case 'Listed':
      if (!turn.listed) for (const key of turn.services.keys()) turn.touched.add(key);
      turn.listed = true;
  }
};
