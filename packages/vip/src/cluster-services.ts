import { UNKNOWN } from './health.ts';
import { holdersOf } from './holders.ts';
import type { ServiceVerdict } from './kubernetes/verdict.ts';
import { remove, settle } from './settle.ts';
import type { ServiceOrigin, Turn, Vip } from './state.ts';

const originOf = (verdict: ServiceVerdict): ServiceOrigin => ({
  object: verdict.object,
  advertisements: verdict.advertisements,
  verdict,
});

/** A name of ours has no slash, so a Service never meets another source's VIP of its name. */
const judgedOne = (turn: Turn, verdict: ServiceVerdict): void => {
  const vip = turn.vips.get(verdict.vip);
  if (!verdict.advertised && verdict.ended) {
    if (vip) remove(turn, vip, verdict.reason, verdict.because);
    return;
  }
  settle(turn, {
    name: verdict.vip,
    source: 'kubernetes',
    addresses: verdict.addresses,
    healthCheck: null,
    // kube-proxy takes the traffic: nothing has to be bound.
    bind: null,
    word: vip?.word ?? null,
    health: UNKNOWN,
    said: vip?.said ?? null,
    holds: [],
    service: originOf(verdict),
  });
};

/** Takes what was judged about Services. */
export const servicesJudged = (turn: Turn, verdicts: readonly ServiceVerdict[]): void => {
  for (const verdict of verdicts) judgedOne(turn, verdict);
};

const ofCluster = (turn: Turn): readonly Vip[] =>
  [...turn.vips.values()].filter(({ source }) => source === 'kubernetes');

/** The cluster has been heard: what nobody judged since the restart is no more. */
export const servicesSynced = (turn: Turn): void => {
  for (const vip of ofCluster(turn))
    if (vip.service?.verdict === null)
      remove(turn, vip, 'deleted', 'the cluster has no such Service any more');
};

/** The configuration wants nothing of Kubernetes. */
export const withoutServices = (turn: Turn): void => {
  for (const vip of ofCluster(turn))
    remove(turn, vip, 'removed-from-config', 'Services are not announced any more');
};

/** Judges Services anew that have an address which another VIP took or gave up. */
export const resolveConflicts = (turn: Turn): void => {
  for (const address of turn.moved)
    for (const name of holdersOf(turn, address)) {
      const vip = turn.vips.get(name);
      if (vip?.source === 'kubernetes') settle(turn, vip);
    }
};
