import type { Said } from './conclusion.ts';
import { FORGOTTEN, type Health, UNKNOWN, unhealthy } from './health.ts';
import { keep } from './holders.ts';
import type { RestoredVip } from './input.ts';
import type { ServiceOrigin, Turn, Word } from './state.ts';

/** Reasons after which there is no such VIP any more. */
const ENDS: readonly string[] = ['removed-from-config', 'deleted', 'not-load-balancer'];

/** A drain hides an operator's VIP and does not end it. */
const isOver = ({ source, advertised, reason }: Said): boolean =>
  ENDS.includes(reason) || (source === 'operator' && !advertised && reason !== 'drained');

const wordOf = (name: string, { advertised, source, reason, because }: Said): Word | null => {
  if (source === 'operator') {
    const hidden = reason === 'drained' || reason === 'draining';
    return { kind: 'announced', because: hidden ? `an operator announced ${name}` : because };
  }
  return !advertised && reason === 'operator-withdrew' ? { kind: 'withdrawn', because } : null;
};

const originOf = (name: string, { source, object, advertisements }: Said): ServiceOrigin | null =>
  source === 'kubernetes'
    ? { object: object ?? name, advertisements: advertisements ?? null, verdict: null }
    : null;

const healthOf = ({ reason, because }: Said): Health =>
  reason === 'unhealthy' ? unhealthy(because) : UNKNOWN;

/**
 * Brings back a VIP as the journal left it. Its check and its interface come with the configuration, which takes
 * the health of an advertised VIP for granted unless the machine was booted since; a Service's VIP stays as it was
 * until the cluster is heard.
 */
export const restore = (turn: Turn, { name, bootedSince = false, ...said }: RestoredVip): void => {
  if (isOver(said)) return;
  keep(turn, {
    name,
    source: said.source,
    addresses: said.addresses,
    healthCheck: null,
    bind: null,
    word: wordOf(name, said),
    health: bootedSince ? FORGOTTEN : healthOf(said),
    said,
    holds: [],
    service: originOf(name, said),
  });
};
