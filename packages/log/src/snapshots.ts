import { chownSync, closeSync, lstatSync, openSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { Packr } from 'msgpackr/pack';
import { sqliteCode } from './journal-error.ts';

/** What a fold knew at a position, and the run of facts that led there from an earlier one. */
export interface Mark {
  /** The state is that after this fact … */
  readonly position: number;
  /** … which had this hash. */
  readonly hash: Uint8Array;
  /** The run begins after this position. */
  readonly start: number;
  /** When the earliest fact of the run was decided; milliseconds since 1970. */
  readonly earliest: number;
  /** When the latest fact up to here was decided. */
  readonly latest: number;
}

/** States of one fold over one journal, kept beside it: a cache that may be removed at any time. */
export interface Snapshots {
  /** In order of position. */
  marks(): readonly Mark[];
  /** The state at a mark, a new copy each time; `undefined` when it cannot be read. */
  state(position: number): unknown;
  /**
   * Keeps a state: plain data, maps, sets and bytes, any of them shared within it.
   * @returns its size in bytes before compression; 0 when it could not be kept
   */
  add(mark: Mark, state: unknown): number;
  /** Forgets all of them: they are of another journal. */
  clear(): void;
  close(): void;
}

const SCHEMA = `
  PRAGMA synchronous = OFF;
  CREATE TABLE IF NOT EXISTS snapshots (
    position INTEGER PRIMARY KEY, version TEXT NOT NULL, hash BLOB NOT NULL, start INTEGER NOT NULL,
    earliest REAL NOT NULL, latest REAL NOT NULL, state BLOB NOT NULL
  ) STRICT`;

/**
 * Maps, sets and what is shared survive, and the keys of objects alike are written once: half the bytes and the time of
 * `node:v8`.
 */
const packer = (): Packr =>
  new Packr({ structuredClone: true, useRecords: true, maxSharedStructures: 0, moreTypes: true });

/** A state is unpacked in one go: in pieces of 16 kB it takes ten times as long. */
const LARGE = { chunkSize: 1 << 20 };
/** Hardly larger, and a third of the time. */
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Milliseconds to wait for another command that keeps a state just now. */
const PATIENCE = 200;

/** SQLite's codes for a file that is damaged, no database, or has other tables. */
const NOT_OURS = [1, 11, 26];

/** Makes the file with the mode and the owner of the journal: whoever may not read one may not read the other. */
const create = (journal: string, file: string): void => {
  if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) return;
  const { mode, uid, gid } = statSync(journal);
  closeSync(openSync(file, 'wx', mode & 0o777));
  if (process.getuid?.() === 0) chownSync(file, uid, gid);
};

const open = (journal: string, file: string, version: string): DatabaseSync | undefined => {
  create(journal, file);
  // Another's link may lead anywhere.
  if (!lstatSync(file).isFile()) return undefined;
  const db = new DatabaseSync(file, { timeout: PATIENCE });
  try {
    db.exec(SCHEMA);
    // Asked before it is done: a deletion waits for other readers even where it finds nothing.
    const other = db.prepare('SELECT 1 FROM snapshots WHERE version <> ? LIMIT 1').get(version);
    if (other !== undefined) db.prepare('DELETE FROM snapshots WHERE version <> ?').run(version);
    return db;
  } catch (error) {
    db.close();
    if (NOT_OURS.includes(sqliteCode(error) ?? 0)) rmSync(file);
    throw error;
  }
};

/**
 * Opens the snapshots of a journal, in `<journal>.snapshots`. Those of another version are dropped. Trouble with them is
 * never an error: the log itself is there to be folded.
 * @param version changes with the shape of the state, or with what folding means
 * @returns `undefined` when none can be kept here
 */
export const openSnapshots = (journal: string, version: string): Snapshots | undefined => {
  const attempt = <T>(action: () => T, otherwise: T): T => {
    try {
      return action();
    } catch {
      return otherwise;
    }
  };
  const db = attempt(() => open(journal, `${journal}.snapshots`, version), undefined);
  if (db === undefined) return undefined;
  return {
    marks: () =>
      attempt(
        () =>
          db
            .prepare('SELECT position, hash, start, earliest, latest FROM snapshots ORDER BY position')
            .all() as unknown as Mark[],
        [],
      ),
    state: (position) =>
      attempt(() => {
        const row = db.prepare('SELECT state FROM snapshots WHERE position = ?').get(position);
        return packer().unpack(zstdDecompressSync(row?.state as Uint8Array, LARGE)) as unknown;
      }, undefined),
    add: ({ position, hash, start, earliest, latest }, state) =>
      attempt(() => {
        const bytes = packer().pack(state);
        db.prepare('INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?, ?)').run(
          position,
          version,
          hash,
          start,
          earliest,
          latest,
          zstdCompressSync(bytes, FAST),
        );
        return bytes.length;
      }, 0),
    clear: () => attempt(() => db.exec('DELETE FROM snapshots'), undefined),
    close: () => db.close(),
  };
};
