import type { RecordedFact } from '@vipcast/events';

/**
 * A fact that this release does not understand: of a later type, of a later version of one, or with data that is not
 * what its type promises. `data` is what its bytes say, `undefined` when they say nothing.
 */
export type UnknownFact = Omit<RecordedFact, 'type' | 'data'> & {
  readonly type: string;
  readonly data: unknown;
  readonly unknown: 'type' | 'version' | 'data';
};

/** A fact of the log. `position` is its sequence in the stream, `recordedAt` when it came there. */
export type Fact = (RecordedFact & { readonly unknown?: never }) | UnknownFact;

/** True for a fact that this release understands; TypeScript then knows its data by its type. */
export const isKnown = (fact: Fact): fact is RecordedFact & { readonly unknown?: never } =>
  fact.unknown === undefined;
