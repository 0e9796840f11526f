import { existsSync } from 'node:fs';

/** What can be the matter with a journal. */
export type JournalTrouble =
  | 'missing'
  | 'not-a-journal'
  | 'newer-version'
  | 'older-version'
  | 'damaged'
  | 'busy'
  | 'full'
  | 'read-only'
  | 'unreadable';

const ADVICE: Readonly<Record<JournalTrouble, string>> = {
  missing: 'there is no such file; check the path, or start the daemon that writes it',
  'not-a-journal': 'this file is not a vipcast journal; check the path',
  'newer-version': 'a newer vipcast wrote this journal; use that version',
  'older-version':
    'a vipcast from before its first release wrote this journal, with hashes of another kind; move it away and restart to begin a new one',
  damaged: 'the file or its disk is damaged; keep a copy, move it away and restart to begin a new one',
  busy: 'another process has kept it locked for too long; see who has it open',
  full: 'no space is left on its disk; nothing already recorded is lost',
  'read-only': 'it cannot be written to; check permissions and mount options',
  unreadable: 'it cannot be opened; check that it is a file and who may read it',
};

/** A journal that cannot be opened, read or written. The message names the file, the cause and what to do. */
export class JournalError extends Error {
  readonly file: string;
  readonly trouble: JournalTrouble;

  constructor(file: string, trouble: JournalTrouble, detail = '', cause?: unknown) {
    super(`journal ${file}: ${ADVICE[trouble]}${detail && ` (${detail})`}`, { cause });
    this.name = 'JournalError';
    this.file = file;
    this.trouble = trouble;
  }
}

/** SQLite's primary result code in an error that it threw; `undefined` for any other error. */
export const sqliteCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;

// https://www.sqlite.org/rescode.html
const TROUBLES: Readonly<Record<number, JournalTrouble>> = {
  // "no such column": our own statements are right, so the schema is not.
  1: 'damaged',
  3: 'read-only',
  5: 'busy',
  6: 'busy',
  8: 'read-only',
  10: 'damaged',
  11: 'damaged',
  13: 'full',
  14: 'unreadable',
  15: 'busy',
  26: 'not-a-journal',
};

// What node:sqlite throws for an integer beyond 2^53: we never write one.
const isTooLarge = (error: unknown): boolean =>
  error instanceof RangeError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';

/** Runs `action`, and says in terms of the journal what SQLite says in its own. Other errors pass as they are. */
export const explained = <T>(file: string, action: () => T): T => {
  try {
    return action();
  } catch (error) {
    const trouble = isTooLarge(error) ? 'damaged' : TROUBLES[sqliteCode(error) ?? 0];
    if (trouble === undefined) throw error;
    const missing = trouble === 'unreadable' && !existsSync(file);
    throw new JournalError(file, missing ? 'missing' : trouble, (error as Error).message, error);
  }
};
