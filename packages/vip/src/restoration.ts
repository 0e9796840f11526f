import { UNKNOWN, unhealthy } from './health.ts';
import type { RestoredVip } from './input.ts';
import type { Turn, Word } from './state.ts';

const wordOf = ({ advertised, source, reason, because }: RestoredVip): Word | null => {
  if (source === 'operator') return { kind: 'announced', because };
  return !advertised && reason === 'operator-withdrew' ? { kind: 'withdrawn', because } : null;
};

/**
 * Brings back a VIP as the journal left it. Its check and its interface come with the configuration, which takes
 * the health of an advertised VIP for granted.
 */
export const restore = (turn: Turn, restored: RestoredVip): void => {
  const { name, ...said } = restored;
  const { source, addresses } = said;
  if (said.reason === 'removed-from-config' || (source === 'operator' && !said.advertised)) return;
  turn.vips = turn.vips.with(name, {
    name,
    source,
    addresses,
    healthCheck: null,
    bind: null,
    word: wordOf(restored),
    health: said.reason === 'unhealthy' ? unhealthy(said.because) : UNKNOWN,
    said,
    holds: [],
  });
};
