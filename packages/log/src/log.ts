import type { Aggregate, NewFact, RecordedFact } from '@vipcast/events';

/** Which facts. Every field narrows; left out, it does not. */
export interface Query {
  /** Positions above this one. */
  readonly after?: number;
  /** Positions up to and including this one. */
  readonly until?: number;
  /** Recorded at or before this time, milliseconds since 1970. */
  readonly before?: number;
  readonly aggregates?: readonly Aggregate[];
  readonly subject?: string;
  /** At most so many facts. */
  readonly limit?: number;
  /** Newest first. */
  readonly reverse?: boolean;
}

/** A fact with its data still as the MessagePack bytes that its hash covers. */
export type StoredFact = Omit<RecordedFact, 'data'> & { readonly data: Uint8Array };

/** How many facts a writer has appended in one of its epochs, by its own account. */
export interface Term {
  readonly writer: string;
  readonly epoch: number;
  readonly n: number;
}

/** The right to append as one writer, in one epoch. */
export interface Writer {
  /** `<node>/<service>`. */
  readonly name: string;
  readonly epoch: number;
  /**
   * Records all of the facts, or none. They survive the death of this process from the moment this returns.
   * @throws JournalError when the disk is full, read-only or damaged; nothing is recorded then
   */
  append(facts: readonly NewFact[]): readonly RecordedFact[];
}

/** A place in a log that moves on by itself. */
export interface Following {
  /** No fact is handed over after this. */
  stop(): void;
  /** Everything up to here has been handed over, or was not asked for. */
  position(): number;
}

/** An append-only sequence of facts, shared by everybody who opens it. */
export interface Log {
  /** Claims the next epoch of this writer (`<node>/<service>`) and gives the right to append as it. */
  writer(name: string): Writer;
  /** Facts in order of position, up to what is the last one when reading starts. Can be iterated again. */
  read(query?: Query): Iterable<RecordedFact>;
  /**
   * Calls back with every fact after `after`: past ones before this returns, then each as anybody appends it, in
   * this thread, another thread or another process. Batches, in order, no gaps, no repeats; never inside `append`.
   * What the listener throws is not caught.
   */
  follow(
    options: { readonly after: number; readonly aggregates?: readonly Aggregate[] },
    onFacts: (facts: readonly RecordedFact[]) => void,
  ): Following;
  /** Hands followers what others have appended; for when the doorbell rings. */
  refresh(): void;
  /** Position of the last fact, 0 in an empty log. */
  last(): number;
  /** Every fact as it is stored, undecoded: to verify it, or to ship it unchanged. */
  stored(after?: number): Iterable<StoredFact>;
  /** How far each writer came in each of its epochs. */
  terms(): readonly Term[];
  close(): void;
}
