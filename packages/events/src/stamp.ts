import type { Cause, Draft, NewFact } from './fact.ts';
import { type Aggregate, formatSubject } from './subject.ts';
import { versionOf } from './version.ts';

/** Everything a fact needs that a pure step cannot know. */
export interface Stamp {
  readonly cluster: string;
  readonly node: string;
  /** UUIDv7 of the fact. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Used when the draft names no cause of its own; absent at the head of a chain. */
  readonly cause?: Cause | undefined;
}

/** Turns what a step concluded into a fact ready to be written. */
export const stamp = (draft: Draft, { cluster, node, id, at, cause }: Stamp): NewFact => {
  const because = draft.cause ?? cause;
  return {
    id,
    type: draft.type,
    v: versionOf(draft.type),
    subject: formatSubject({
      cluster,
      node,
      aggregate: draft.type.slice(0, draft.type.indexOf('.')) as Aggregate,
      id: draft.of,
    }),
    at,
    causationId: because?.causationId ?? '',
    correlationId: because?.correlationId ?? id,
    data: draft.data,
  } as NewFact;
};
