import { isFactType, problemWith, type RecordedFact, versionOf } from '@vipcast/events';
import { type Delivered, factOf, type PackedFact } from '@vipcast/nats';
import { Unpackr } from 'msgpackr';

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

/** A fact whose data nobody has looked into. */
export type SealedFact = PackedFact & Pick<RecordedFact, 'position' | 'recordedAt'>;

/** The fact in a message of the stream, or in words why it is none. */
export const unwrap = (delivered: Delivered): SealedFact | string => {
  const fact = factOf(delivered);
  if (typeof fact === 'string') return fact;
  return { ...fact, position: delivered.sequence, recordedAt: delivered.time };
};

const unpackr = new Unpackr({ useRecords: false });

const dataIn = (bytes: Uint8Array): unknown => {
  try {
    return unpackr.unpack(bytes);
  } catch {
    return undefined;
  }
};

/** Opens a fact. What this release does not understand says so. */
export const open = (sealed: SealedFact): Fact => {
  const fact = { ...sealed, data: dataIn(sealed.data) };
  if (!isFactType(fact.type)) return { ...fact, unknown: 'type' };
  if (fact.v > versionOf(fact.type)) return { ...fact, unknown: 'version' };
  if (problemWith(fact.type, fact.data) !== undefined) return { ...fact, unknown: 'data' };
  return fact as Fact;
};
