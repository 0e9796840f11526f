import { DatabaseSync } from 'node:sqlite';
import { decode, encode } from './encoding.ts';
import { explained, JournalError } from './journal-error.ts';
import { openToRead } from './journal-file.ts';
import { patiently } from './patience.ts';

/** The flight recorder: what happened to the actors of a thread, for `vipcast replay`. Bounded, local, best effort. */
export interface Recorder {
  /** Keeps a copy of the input as it is now; written within 100 ms. `at` is milliseconds since 1970. */
  record(actor: string, at: number, input: unknown): void;
  /** Writes what is kept. Never throws: what cannot be written is dropped, and reported once. */
  flush(): void;
  close(): void;
}

/** An input as it was recorded. */
export interface RecordedInput {
  readonly position: number;
  readonly actor: string;
  readonly at: number;
  readonly input: unknown;
}

export interface RecorderOptions {
  /** Size of the file above which the oldest inputs are dropped. */
  readonly maxBytes: number;
  /** Told when writing begins to fail; recording goes on. Default: a process warning. */
  readonly onTrouble?: (error: Error) => void;
}

const FLUSH_MS = 100;
const FLUSH_AT = 256;
/** Written in the caller's time after all: somebody records without ever letting the event loop turn. */
const FLUSH_NOW_AT = 8192;

const SCHEMA = `
  PRAGMA auto_vacuum = NONE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  PRAGMA wal_autocheckpoint = 256;
  PRAGMA journal_size_limit = 1048576;
  CREATE TABLE IF NOT EXISTS inputs (
    position INTEGER PRIMARY KEY AUTOINCREMENT, actor TEXT NOT NULL, at REAL NOT NULL, input BLOB NOT NULL
  ) STRICT;
`;

const number = (db: DatabaseSync, sql: string): number =>
  Number(Object.values(db.prepare(sql).get() ?? {})[0]);

const bytesUsed = (db: DatabaseSync): number =>
  (number(db, 'PRAGMA page_count') - number(db, 'PRAGMA freelist_count')) * number(db, 'PRAGMA page_size');

/** Drops a sixteenth of what is there, oldest first, until it fits. SQLite reuses the room, so the file stays as it is. */
const trim = (db: DatabaseSync, maxBytes: number): void => {
  const drop = db.prepare(
    'DELETE FROM inputs WHERE position <= (SELECT min(position) + (max(position) - min(position)) / 16 FROM inputs)',
  );
  while (bytesUsed(db) > maxBytes && drop.run().changes !== 0);
};

const openToRecord = (file: string): DatabaseSync => {
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    patiently(() => db.exec(SCHEMA));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/**
 * Opens a flight recorder on a file of its own (`<journal>.inputs`), so that it never waits for facts, nor they for
 * it. It is not synced: it survives the process, not always the machine.
 */
export const openRecorder = (file: string, options: RecorderOptions): Recorder => {
  const { maxBytes, onTrouble = (error: Error) => process.emitWarning(error) } = options;
  let kept: { actor: string; at: number; input: Buffer }[] = [];
  let db: DatabaseSync | undefined;
  let failing = false;
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;

  const write = (): void => {
    db ??= openToRecord(file);
    const open = db;
    const insert = open.prepare('INSERT INTO inputs (actor, at, input) VALUES (?, ?, ?)');
    patiently(() => open.exec('BEGIN IMMEDIATE'));
    try {
      for (const { actor, at, input } of kept) insert.run(actor, at, input);
      trim(open, maxBytes);
      open.exec('COMMIT');
    } catch (error) {
      if (open.isTransaction) open.exec('ROLLBACK');
      throw error;
    }
  };

  const flush = (): void => {
    clearTimeout(timer);
    clearImmediate(soon);
    timer = undefined;
    soon = undefined;
    if (kept.length === 0) return;
    try {
      explained(file, write);
      failing = false;
    } catch (error) {
      if (!failing) onTrouble(error as Error);
      failing = true;
    }
    kept = [];
  };

  const record = (actor: string, at: number, input: unknown): void => {
    kept.push({ actor, at, input: encode(input) });
    timer ??= setTimeout(flush, FLUSH_MS).unref();
    if (kept.length >= FLUSH_AT) soon ??= setImmediate(flush);
    if (kept.length >= FLUSH_NOW_AT) flush();
  };

  const close = (): void => {
    flush();
    db?.close();
    db = undefined;
  };

  return { record, flush, close };
};

/**
 * What a recorder has kept, oldest first; of one actor, if named. Can be iterated again.
 * @throws JournalError when the file is missing, damaged or something else
 */
export const readInputs = (file: string, actor?: string): Iterable<RecordedInput> => ({
  *[Symbol.iterator]() {
    const db = explained(file, () => openToRead(file));
    try {
      const page = explained(file, () =>
        db.prepare(
          'SELECT position, actor, at, input FROM inputs WHERE position > ?1 AND (?2 IS NULL OR actor = ?2) ORDER BY position LIMIT 256',
        ),
      );
      for (let after = 0, more = true; more; ) {
        const rows = explained(file, () => patiently(() => page.all(after, actor ?? null)));
        more = rows.length > 0;
        for (const row of rows) {
          after = Number(row.position);
          yield inputFrom(file, row);
        }
      }
    } finally {
      db.close();
    }
  },
});

const inputFrom = (file: string, row: Record<string, unknown>): RecordedInput => {
  const { position, actor, at, input } = row;
  try {
    return {
      position: Number(position),
      actor: String(actor),
      at: Number(at),
      input: decode(input as Uint8Array),
    };
  } catch (error) {
    throw new JournalError(file, 'damaged', `at position ${position}`, error);
  }
};
