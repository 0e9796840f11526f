import type { Draft } from '../book.ts';
import { CONFIRMATIONS, heldVerdict, isSuspicious, isTooMuch } from './breaker.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { ServicesInput } from './input.ts';
import { beginIntake, type Evidence, endIntake, type Intake, take } from './intake.ts';
import { judge } from './judgement.ts';
import { objectName } from './service.ts';
import type { ServiceSettings } from './settings.ts';
import type { Held, ServicesState } from './state.ts';
import { type ServiceVerdict, sameVerdict } from './verdict.ts';

/** What a step answers. */
export interface ServicesStepped {
  readonly state: ServicesState;
  /** What is new, one for each VIP that it is about. */
  readonly verdicts: readonly ServiceVerdict[];
  /** VIPs that are held: list everything again in `CONFIRM_INTERVAL` while there are any. */
  readonly held: number;
  /** Why the Node is to be drained; `null` when it is not, `undefined` when nothing is known of it. */
  readonly drain: string | null | undefined;
}

/** A judged VIP that says something new. */
interface Change {
  readonly before: ServiceVerdict | undefined;
  readonly after: ServiceVerdict;
  readonly suspicious: boolean;
}

interface Turn {
  readonly intake: Intake;
  readonly said: Draft<ServiceVerdict>;
  readonly held: Draft<Held>;
  readonly confirming: boolean;
  readonly verdicts: ServiceVerdict[];
  advertised: number;
}

const ended = (turn: Turn, vip: string, before: ServiceVerdict): ServiceVerdict => {
  const there = turn.intake.services.get(vip) !== undefined;
  return {
    ...before,
    advertised: false,
    ended: true,
    leftOut: [],
    reason: there ? 'not-load-balancer' : 'deleted',
    because: there ? 'the Service is not of type LoadBalancer' : `${objectName(vip)} is no more`,
  };
};

const changeOf = (turn: Turn, vip: string): Change | undefined => {
  const { intake, said } = turn;
  const service = intake.services.get(vip);
  const before = said.get(vip);
  const judged = service && judge(intake, service);
  if (judged === undefined && before === undefined) return undefined;
  const after = judged ?? ended(turn, vip, before!);
  const evidence = (kind: Evidence): boolean =>
    kind === 'service' ? intake.plain.has(vip) : intake.evidence.has(kind);
  return { before, after, suspicious: isSuspicious(before, after, evidence) };
};

const say = (turn: Turn, verdict: ServiceVerdict): void => {
  const before = turn.said.get(verdict.vip);
  turn.advertised += Number(verdict.advertised) - Number(before?.advertised ?? false);
  if (!verdict.advertised && verdict.ended) turn.said.delete(verdict.vip);
  else turn.said.set(verdict.vip, verdict);
  if (!sameVerdict(verdict, before)) turn.verdicts.push(verdict);
};

const hold = (turn: Turn, { before, after }: Change, losses: number, of: number): void => {
  const vip = after.vip;
  const known = turn.held.get(vip);
  const because =
    known?.because ??
    `held, since ${losses} of ${of} VIPs would be withdrawn at once and nobody changed them: ${after.because}`;
  turn.held.set(vip, { because, confirmations: known?.confirmations ?? 0 });
  say(turn, heldVerdict(before!, after, because));
};

/** Counts one more list that finds the same. True when it was found often enough. */
const isConfirmed = (turn: Turn, vip: string, held: Held): boolean => {
  if (!turn.confirming) return false;
  const confirmations = held.confirmations + 1;
  turn.held.set(vip, { ...held, confirmations });
  return confirmations >= CONFIRMATIONS;
};

const settle = (turn: Turn, changes: readonly Change[]): void => {
  const suspects = new Set<Change>();
  let added = 0;
  for (const change of changes) {
    const { vip } = change.after;
    const held = turn.held.get(vip);
    if (change.suspicious && !(held && isConfirmed(turn, vip, held))) {
      suspects.add(change);
      if (!held) added++;
    } else if (held) turn.held.delete(vip);
  }
  const known = turn.held.size;
  const of = turn.advertised;
  const tooMuch = isTooMuch(added + known, of);
  for (const change of changes) {
    const isHeld = turn.held.get(change.after.vip) !== undefined;
    if (suspects.has(change) && (isHeld || tooMuch)) hold(turn, change, added + known, of);
    else say(turn, change.after);
  }
};

const drainOf = (node: ClusterNode, settings: ServiceSettings): string | null => {
  const taint = node.taints.find((key) => settings.drainTaints.includes(key));
  if (taint !== undefined) return `Node ${node.name} has the taint ${taint}`;
  return settings.drainOnCordon && node.cordoned ? `Node ${node.name} is cordoned` : null;
};

/** Nothing is judged while a part of the cluster is still unknown. */
const toJudge = (state: ServicesState, turn: Turn): Iterable<string> => {
  const { intake } = turn;
  if (!state.listed && !turn.confirming) return [];
  if (!state.listed || intake.everything) return new Set([...intake.services.keys(), ...turn.said.keys()]);
  if (turn.confirming) for (const vip of turn.held.keys()) intake.touched.add(vip);
  return intake.touched;
};

/**
 * Takes what happened in the cluster, as one, and judges what that may have changed. The state that goes in is
 * never changed.
 */
export const stepServices = (state: ServicesState, inputs: readonly ServicesInput[]): ServicesStepped => {
  const intake = beginIntake(state.cluster);
  for (const input of inputs) take(intake, input);
  const turn: Turn = {
    intake,
    said: state.said.edit(),
    held: state.held.edit(),
    confirming: inputs.some(({ type }) => type === 'Listed'),
    verdicts: [],
    advertised: state.advertised,
  };
  const changes: Change[] = [];
  for (const vip of toJudge(state, turn)) {
    const change = changeOf(turn, vip);
    if (change !== undefined) changes.push(change);
  }
  settle(turn, changes);
  const drain = intake.node === null ? state.drain : drainOf(intake.node, intake.settings);
  const next: ServicesState = {
    cluster: endIntake(intake),
    listed: state.listed || turn.confirming,
    said: turn.said.done(),
    held: turn.held.done(),
    advertised: turn.advertised,
    drain,
  };
  return { state: next, verdicts: turn.verdicts, held: turn.held.size, drain };
};
