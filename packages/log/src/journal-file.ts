import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { explained, JournalError } from './journal-error.ts';
import { patiently } from './patience.ts';

/** 'vipc', in the header of the file. */
const APPLICATION = 0x76697063;
const VERSION = 2;

const PAGE_SIZE = 8192;
/** What the WAL may hold before it is written back. */
const WAL_SIZE = 16_384_000;

const SCHEMA = `
  CREATE TABLE types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE subjects (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  -- head: the last link of the writer's chain
  CREATE TABLE writers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, head BLOB) STRICT;
  -- n: of the last fact; a fact is only ever added together with the step from n - 1 to n, which keeps
  -- (writer, epoch, n) unique at the cost of one update an append instead of an index entry a fact
  CREATE TABLE terms (writer INTEGER, epoch INTEGER, n INTEGER NOT NULL, PRIMARY KEY (writer, epoch)) STRICT, WITHOUT ROWID;
  CREATE TABLE facts (
    position INTEGER PRIMARY KEY,
    writer INTEGER NOT NULL REFERENCES writers (id),
    epoch INTEGER NOT NULL,
    n INTEGER NOT NULL,
    type INTEGER NOT NULL REFERENCES types (id),
    v INTEGER NOT NULL,
    subject INTEGER NOT NULL REFERENCES subjects (id),
    at REAL NOT NULL,
    recordedAt REAL NOT NULL,
    ids TEXT NOT NULL, -- id, causationId and correlationId
    body BLOB NOT NULL -- 16 bytes of hash, then the data as MessagePack: one blob, for a second costs 0.4 us a read
  ) STRICT;
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};
`;

/** What this node alone knows, beside the log: younger than the first journals, and never missed by a reader. */
const NOTES = `
  CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS presence (node TEXT, at REAL, present INTEGER NOT NULL, PRIMARY KEY (node, at)) STRICT, WITHOUT ROWID;
`;

const pragma = (db: DatabaseSync, name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);

/** True for a journal of ours, false for an empty database; throws for anything else. */
const isJournal = (db: DatabaseSync, file: string): boolean => {
  const application = pragma(db, 'application_id');
  const version = pragma(db, 'user_version');
  const empty = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (application === 0 && version === 0 && empty) return false;
  if (application !== APPLICATION) throw new JournalError(file, 'not-a-journal');
  if (version !== VERSION) {
    const trouble = version > VERSION ? 'newer-version' : 'older-version';
    throw new JournalError(file, trouble, `version ${version}, known here is ${VERSION}`);
  }
  return true;
};

const create = (db: DatabaseSync, file: string): void => {
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another thread may have been faster.
    if (!isJournal(db, file)) db.exec(SCHEMA);
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
};

const openToWrite = (file: string, writesBack: boolean): DatabaseSync => {
  const db = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: false });
  try {
    const ours = patiently(() => isJournal(db, file));
    // Takes effect in a new file only: of larger pages, appends of many facts fill fewer.
    if (!ours) db.exec(`PRAGMA page_size = ${PAGE_SIZE}`);
    // A bigger WAL than SQLite's 4 MB: an append that has to write it back waits for the disk.
    const pages = writesBack ? Math.ceil(WAL_SIZE / pragma(db, 'page_size')) : 0;
    patiently(() =>
      db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${pages}`),
    );
    // A megabyte of pages a connection: there are several, and the system keeps what was read lately anyway.
    db.exec('PRAGMA journal_size_limit = 33554432; PRAGMA cache_size = -1000');
    if (!ours) patiently(() => create(db, file));
    patiently(() => db.exec(NOTES));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Opens a copy of the file and its WAL; the copy lives as long as the connection. */
const openCopy = (file: string): DatabaseSync => {
  const folder = mkdtempSync(join(tmpdir(), 'vipcast-'));
  try {
    const copy = join(folder, basename(file));
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, copy + suffix);
    return probed(new DatabaseSync(copy, { readOnly: true }));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const probed = (db: DatabaseSync): DatabaseSync => {
  try {
    patiently(() => pragma(db, 'user_version'));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/**
 * Opens any SQLite file for reading, also where nothing may be written. SQLite wants to create an index beside a WAL
 * file; where it cannot, a file without WAL content is opened as immutable, and one with it is read from a copy.
 */
export const openToRead = (file: string): DatabaseSync => {
  try {
    return probed(new DatabaseSync(file, { readOnly: true, timeout: 0 }));
  } catch (error) {
    if (sizeOf(file) === 0 || !statSync(file).isFile()) throw error;
    if (sizeOf(`${file}-wal`) > 0) return openCopy(file);
    return probed(new DatabaseSync(`${pathToFileURL(resolve(file))}?immutable=1`, { readOnly: true }));
  }
};

/**
 * Opens a journal, creating it unless `readOnly`.
 * @param writesBack whether an append here that finds the WAL long writes it back; else somebody else does
 * @throws JournalError naming the file when it is missing, something else, newer, damaged or out of reach
 */
export const openJournalFile = (file: string, readOnly: boolean, writesBack = true): DatabaseSync =>
  explained(file, () => {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new JournalError(file, 'unreadable');
    if (!readOnly) return openToWrite(file, writesBack);
    const db = openToRead(file);
    try {
      if (!patiently(() => isJournal(db, file))) throw new JournalError(file, 'not-a-journal', 'it is empty');
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
