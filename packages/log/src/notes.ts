import type { DatabaseSync } from 'node:sqlite';
import { explained, JournalError } from './journal-error.ts';
import { openJournalFile } from './journal-file.ts';
import { patiently } from './patience.ts';

/** The note below which no writer's next epoch lies: see `raiseEpochs`. */
export const EPOCH_FLOOR = 'epoch-floor';

/** From `at` on, milliseconds since 1970, this node held another one, or a part of one (`n2/speaker`), to be alive, or gone. */
export interface Presence {
  readonly node: string;
  readonly at: number;
  readonly present: boolean;
}

/** What a node knows for itself, in its journal file beside the log; never shipped. */
export interface Notes {
  /** A note as it was last set; `undefined` if it never was. */
  get<T>(key: string): T | undefined;
  set(key: string, value: unknown): void;
  /** Every change, oldest first. */
  presence(): readonly Presence[];
  setPresence(presence: Presence): void;
  close(): void;
}

const hasNotes = (db: DatabaseSync): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'notes'").get() !== undefined;

const NONE: Notes = {
  get: () => undefined,
  set: () => undefined,
  presence: () => [],
  setPresence: () => undefined,
  close: () => undefined,
};

/**
 * Opens the notes in a journal file.
 * @throws JournalError as `openJournal` does
 */
export const openNotes = (
  file: string,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Notes => {
  const db = openJournalFile(file, readOnly);
  // A journal of an earlier release, that nobody has written to since.
  if (!hasNotes(db)) {
    db.close();
    return NONE;
  }
  const get = db.prepare('SELECT value FROM notes WHERE key = ?');
  const all = db.prepare('SELECT node, at, present FROM presence ORDER BY at');
  const statement = (sql: string) => {
    const prepared = db.prepare(sql);
    return (...values: readonly (string | number)[]): void => {
      explained(file, () => patiently(() => prepared.run(...values)));
    };
  };
  const set = statement('INSERT OR REPLACE INTO notes (key, value) VALUES (?, ?)');
  const add = statement('INSERT OR REPLACE INTO presence (node, at, present) VALUES (?, ?, ?)');
  return {
    get: <T>(key: string): T | undefined => {
      const value = explained(file, () => patiently(() => get.get(key)))?.value;
      return value === undefined ? undefined : (JSON.parse(String(value)) as T);
    },
    set: (key, value) => set(key, JSON.stringify(value)),
    presence: () =>
      explained(file, () => patiently(() => all.all())).map(({ node, at, present }) => ({
        node: String(node),
        at: Number(at),
        present: present === 1,
      })),
    setPresence: ({ node, at, present }) => add(node, at, present ? 1 : 0),
    close: () => explained(file, () => db.close()),
  };
};

/**
 * Notes that wait in memory where they cannot be written, the last word for each thing; for a daemon, which goes on.
 * What is set after they were closed, by an answer that came late, is nobody's to read.
 */
export const patientNotes = (notes: Notes): Notes => {
  const waiting = new Map<string, () => void>();
  let closed = false;
  const write = (about: string, action: () => void): void => {
    if (closed) return;
    waiting.set(about, action);
    try {
      for (const [key, each] of waiting) {
        each();
        waiting.delete(key);
      }
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
    }
  };
  return {
    ...notes,
    set: (key, value) => write(`note ${key}`, () => notes.set(key, value)),
    setPresence: (presence) => write(`presence ${presence.node}`, () => notes.setPresence(presence)),
    close: () => {
      closed = true;
      notes.close();
    },
  };
};

const OWN_NODE = 'node';
const TAKES_WISHES = 'takes-wishes';

/** Notes whose journal this is, and whether people may write their wishes into it. */
export const noteOwnNode = (notes: Notes, node: string, wishes = true): void => {
  if (ownNode(notes) !== node) notes.set(OWN_NODE, node);
  if (takesWishes(notes) !== wishes) notes.set(TAKES_WISHES, wishes);
};

/** False for the journal of a service that runs apart and is not the one that people ask. */
export const takesWishes = (notes: Notes): boolean => notes.get<boolean>(TAKES_WISHES) ?? true;

/** The node whose journal this is; `undefined` before its daemon has said so. */
export const ownNode = (notes: Notes): string | undefined => notes.get<string>(OWN_NODE);

/**
 * Lets the next epoch of every writer lie above `floor`. A node whose journal was lost or put back from a copy would
 * otherwise speak under epochs that it has used before, and nobody would listen; seconds since 1970 are a floor that a
 * node remembers without a journal.
 */
export const raiseEpochs = (notes: Notes, floor: number): void => {
  if (floor > (notes.get<number>(EPOCH_FLOOR) ?? 0)) notes.set(EPOCH_FLOOR, Math.floor(floor));
};
