import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from './journal.ts';
import type { Log } from './log.ts';

/** Somewhere that a log is kept. */
export interface Place {
  /** Opens the log that is kept here; every call sees the same facts. */
  open(): Log;
  /** Closes and removes everything. */
  clean(): void;
}

/** A folder of its own with a journal in it, for tests. */
export const journalPlace = (): Place & { readonly folder: string; readonly file: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'vipcast-test-'));
  const file = join(folder, 'journal.db');
  const logs: Log[] = [];
  const open = (): Log => {
    const log = openJournal(file);
    logs.push(log);
    return log;
  };
  const clean = (): void => {
    for (const log of logs) {
      try {
        log.close();
      } catch {
        // The test has closed it.
      }
    }
    rmSync(folder, { recursive: true });
  };
  return { folder, file, open, clean };
};
