import type { DatabaseSync } from 'node:sqlite';

/** Moves what was appended from the WAL into the file, after the fact. */
export interface WriteBack {
  /** The journal goes up to here now. */
  grown(last: number): void;
  stop(): void;
}

/** So many facts are worth the wait for the disk. */
const FACTS = 250;
const DELAY = 500;

/** Of a journal whose connections write back whenever an append finds the WAL long. */
export const NO_WRITE_BACK: WriteBack = { grown: () => undefined, stop: () => undefined };

/**
 * Writes back some time after the journal has grown, so that no append has to wait for the disk: it takes some 15 ms,
 * and seconds where the disk is busy. Appends of other connections go on meanwhile.
 */
export const createWriteBack = (db: DatabaseSync): WriteBack => {
  let last = 0;
  let written = 0;
  let timer: NodeJS.Timeout | undefined;

  const write = (): void => {
    timer = undefined;
    written = last;
    try {
      db.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // The next append meets the same trouble, and says so.
    }
  };

  return {
    grown: (position) => {
      last = position;
      if (last - written >= FACTS) timer ??= setTimeout(write, DELAY).unref();
    },
    stop: () => clearTimeout(timer),
  };
};
