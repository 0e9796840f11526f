import { parseSubject, type RecordedFact } from '@vipcast/events';
import type { ScopeOptions } from './options.ts';

const peerOf = ({ data }: RecordedFact): unknown => ('peer' in data ? data.peer : undefined);

/** True for the facts of the node and the peer that are asked for. */
export const scopeFilter =
  ({ node, peer }: ScopeOptions): ((fact: RecordedFact) => boolean) =>
  (fact) =>
    (node === undefined || parseSubject(fact.subject)?.node === node) &&
    (peer === undefined || peerOf(fact) === peer);
