import type { DatabaseSync } from 'node:sqlite';
import type { Dictionaries } from './fact-row.ts';
import { explained } from './journal-error.ts';
import { patiently } from './patience.ts';

/** Runs an action that writes to a journal: all of it takes effect, or none. */
export type Transaction = <T>(action: () => T) => T;

/** The transactions of one connection. */
export const createTransaction = (
  db: DatabaseSync,
  file: string,
  { types, subjects, writers }: Dictionaries,
): Transaction => {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  return (action) =>
    explained(file, () => {
      patiently(() => begin.run());
      try {
        const result = action();
        commit.run();
        return result;
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        for (const names of [types, subjects, writers]) names.forget();
        throw error;
      }
    });
};
