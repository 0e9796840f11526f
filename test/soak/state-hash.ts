import { createHash } from 'node:crypto';
import {
  emptyNetwork,
  foldNetwork,
  nextHops,
  peers,
  routes,
  type StatusRow,
  status,
  vips,
} from '@vipcast/views';
import type { Fact } from './evidence.ts';

/** Where a fact is in one log, and which of several writers was heard last, is that log's own business. */
const plain = (key: string, value: unknown): unknown => (key === 'position' ? undefined : value);
const quiet = (row: StatusRow): StatusRow => ({ ...row, lastFact: '', changedAt: 0 });

/** SHA-256 of what all views answer once these facts are folded, in hexadecimal. */
export const stateHash = (facts: readonly Fact[]): string => {
  const network = emptyNetwork();
  for (const fact of facts) foldNetwork(network, fact);
  const scope = { now: 0 };
  const answers = [
    ...[peers, routes, vips, nextHops].map((view) => view.answer(network, scope)),
    status.answer(network, scope).map(quiet),
  ];
  return createHash('sha256').update(JSON.stringify(answers, plain)).digest('hex');
};
