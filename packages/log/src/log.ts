import type { Aggregate, NewFact, RecordedFact } from '@vipcast/events';

/** Which facts. Every field narrows; left out, it does not. */
export interface Query {
  /** Positions above this one. */
  readonly after?: number;
  /** Positions up to and including this one. */
  readonly until?: number;
  /** At these positions. */
  readonly positions?: readonly number[];
  /** Recorded at or before this time, milliseconds since 1970. */
  readonly before?: number;
  /** Decided at or before this time, milliseconds since 1970. */
  readonly decidedBy?: number;
  readonly aggregates?: readonly Aggregate[];
  readonly subject?: string;
  /** At most so many facts. */
  readonly limit?: number;
  /** Newest first. */
  readonly reverse?: boolean;
}

/** A fact with its data still as the MessagePack bytes that its hash covers. */
export type StoredFact = Omit<RecordedFact, 'data'> & { readonly data: Uint8Array };

/** A fact as its writer recorded it, from another node's log: its position and time of recording there say nothing here. */
export type ForeignFact = Omit<StoredFact, 'position' | 'recordedAt'>;

/**
 * What became of a foreign fact. `recorded`: it is in the log now. `known`: it was before. `early`: what its writer
 * recorded before it is missing here. `refused`: it contradicts what is here, or is of an epoch that is over.
 */
export type Ingested = 'recorded' | 'known' | 'early' | 'refused';

/** How many facts a writer has appended in one of its epochs, by its own account. */
export interface Term {
  readonly writer: string;
  readonly epoch: number;
  readonly n: number;
}

/** Facts that are in memory because they cannot be written, in order; their positions are 0. */
export interface Held {
  readonly facts: readonly StoredFact[];
  /** Ask for those after it next time. */
  readonly mark: number;
}

/** Of a log that can always be written. */
export const NOTHING_HELD: Held = { facts: [], mark: 0 };

/** What keeps a log from being written. */
export interface LogTrouble {
  /** Milliseconds since 1970. */
  readonly since: number;
  /** For people. */
  readonly because: string;
  /** Facts in memory that wait to be written. */
  readonly held: number;
}

/** Whose facts: those of all writers of a node, or of these. */
export type Authors = { readonly node: string } | { readonly writers: readonly string[] };

/** True when a writer is one of these. */
export const isAuthor = (by: Authors, writer: string): boolean =>
  'node' in by ? writer.startsWith(`${by.node}/`) : by.writers.includes(writer);

/** The right to append as one writer, in one epoch. */
export interface Writer {
  /** `<node>/<service>`. */
  readonly name: string;
  readonly epoch: number;
  /**
   * Records all of the facts, or none. They survive the death of this process from the moment this returns.
   * @throws JournalError when the disk is full, read-only or damaged; nothing is recorded then. A journal that holds
   * facts (`JournalOptions.holding`) does not throw: it keeps them in memory, at position 0, and writes them later
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
  /**
   * Records facts that other nodes wrote, each once, in the order in which their writers did: with their own writer,
   * epoch, n and hash, at positions of this log. Delivered twice or too early they do no harm.
   * @param options.gaps take an `early` fact too, because what is missing will never come; `verify` shows the gap
   * @throws JournalError as `append` does; nothing is recorded then
   */
  ingest(facts: readonly ForeignFact[], options?: { readonly gaps?: boolean }): readonly Ingested[];
  /** Facts in order of position, up to what is the last one when reading starts. Can be iterated again. */
  read(query?: Query): Iterable<RecordedFact>;
  /**
   * Calls back with every fact after `after`: past ones before this returns, then each as anybody appends it, in
   * this thread, another thread or another process. Batches, in order, no gaps, no repeats; never inside `append`.
   * Facts that wait to be written come at once to followers in this process, with position 0, and not again later.
   * What the listener throws is not caught.
   */
  follow(
    options: { readonly after: number; readonly aggregates?: readonly Aggregate[] },
    onFacts: (facts: readonly RecordedFact[]) => void,
  ): Following;
  /** Calls back whenever there may be more to read, whoever appended it; never inside `append`. */
  listen(onMore: () => void): { stop(): void };
  /** Hands followers what others have appended; for when the doorbell rings. */
  refresh(): void;
  /** Position of the last fact, 0 in an empty log. */
  last(): number;
  /** Where the fact with this place in its writer's account is; `undefined` when it is not here. Reads back from the end. */
  positionOf(place: Term): number | undefined;
  /** Every fact as it is stored, undecoded: to verify it, or to ship it unchanged. With `by`, theirs only. */
  stored(after?: number, by?: Authors): Iterable<StoredFact>;
  /** What waits to be written, after a mark that an earlier answer gave. */
  held(after?: number): Held;
  /** Why facts wait to be written; `undefined` while all is well. */
  trouble(): LogTrouble | undefined;
  /** How far each writer came in each of its epochs, with what waits to be written. */
  terms(): readonly Term[];
  close(): void;
}
