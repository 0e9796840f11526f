import { isOurClass } from '../kubernetes/claim.ts';
import { type Claimant, givenTo, ingressWith } from './claimant.ts';
import { type Decision, decide } from './decision.ts';
import type { AllocationInput } from './input.ts';
import { take } from './intake.ts';
import { bySeniority } from './sharing.ts';
import type { AllocationState } from './state.ts';
import { beginTurn, endTurn, move, occupiedBy, type Turn } from './turn.ts';
import { type AllocationVerdict, type Assignment, sameAddresses, sameAllocation } from './verdict.ts';

/** What a step answers. */
export interface AllocationStepped {
  readonly state: AllocationState;
  /** What is to be written into statuses now; a later one for the same Service replaces it. */
  readonly assignments: readonly Assignment[];
  /** What is new, one for each Service that it is about. */
  readonly verdicts: readonly AllocationVerdict[];
}

interface News {
  readonly assignments: Map<string, Assignment>;
  readonly verdicts: Map<string, AllocationVerdict>;
}

const isOurs = ({ settings }: Turn, { service }: Claimant): boolean =>
  service.isLoadBalancer &&
  !service.deleting &&
  isOurClass(service, settings.services) &&
  (settings.services.namespace ?? service.namespace) === service.namespace;

const assign = (turn: Turn, claimant: Claimant, assignment: Assignment | undefined): void => {
  const { key } = claimant.service;
  const before = occupiedBy(turn, claimant);
  if (assignment === undefined) turn.assigned.delete(key);
  else {
    turn.assigned.set(key, assignment);
    turn.tried.set(key, [...new Set([...(turn.tried.get(key) ?? []), ...assignment.addresses])]);
  }
  move(turn, key, before, occupiedBy(turn, claimant));
};

const assignmentOf = (claimant: Claimant, { addresses }: Decision): Assignment | undefined => {
  if (sameAddresses(addresses, givenTo(claimant))) return undefined;
  const { key, uid } = claimant.service;
  const { resourceVersion } = claimant;
  return { key, uid, resourceVersion, addresses, ingress: ingressWith(claimant, addresses) };
};

const verdictOf = (
  { service: { key, uid } }: Claimant,
  { waits: _, ...decision }: Decision,
): AllocationVerdict => ({
  key,
  uid,
  ...decision,
});

const forget = (turn: Turn, key: string, claimant: Claimant | undefined, news: News): void => {
  if (claimant !== undefined) assign(turn, claimant, undefined);
  turn.said.delete(key);
  turn.waiting.delete(key);
  news.assignments.delete(key);
  news.verdicts.delete(key);
};

const settle = (turn: Turn, claimant: Claimant, news: News): void => {
  const { key } = claimant.service;
  const decision = decide(turn, claimant);
  const before = turn.assigned.get(key);
  const assignment = assignmentOf(claimant, decision);
  assign(turn, claimant, assignment);
  const isNew =
    before?.resourceVersion !== assignment?.resourceVersion ||
    !sameAddresses(before?.addresses ?? [], assignment?.addresses ?? []);
  if (assignment === undefined) news.assignments.delete(key);
  else if (isNew) news.assignments.set(key, assignment);
  if (decision.waits) turn.waiting.set(key, true);
  else turn.waiting.delete(key);
  const verdict = verdictOf(claimant, decision);
  if (sameAllocation(verdict, turn.said.get(key))) return;
  turn.said.set(key, verdict);
  news.verdicts.set(key, verdict);
};

/** Who is to be decided on now, the oldest first: they choose before the others do. */
const nextRound = (turn: Turn, news: News): readonly Claimant[] => {
  if (turn.loosened) for (const key of turn.waiting.keys()) turn.touched.add(key);
  const keys = turn.touched;
  turn.touched = new Set();
  turn.loosened = false;
  const round: Claimant[] = [];
  for (const key of keys) {
    const claimant = turn.services.get(key);
    if (claimant !== undefined && isOurs(turn, claimant)) round.push(claimant);
    else forget(turn, key, claimant, news);
  }
  return round.toSorted(bySeniority);
};

/**
 * Takes what happened in the cluster, as one, and decides who gets which addresses. The state that goes in is never
 * changed. What is free is never counted, so a /64 costs what a /29 does.
 */
export const stepAllocation = (
  state: AllocationState,
  inputs: readonly AllocationInput[],
): AllocationStepped => {
  const turn = beginTurn(state);
  for (const input of inputs) take(turn, input);
  const news: News = { assignments: new Map(), verdicts: new Map() };
  while (turn.listed && (turn.touched.size > 0 || turn.loosened)) {
    const round = nextRound(turn, news);
    for (const claimant of round) settle(turn, claimant, news);
  }
  return {
    state: endTurn(turn),
    assignments: [...news.assignments.values()],
    verdicts: [...news.verdicts.values()],
  };
};
