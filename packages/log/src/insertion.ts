import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { COLUMNS, type FactRow } from './fact-row.ts';

/** All columns but the position: SQLite gives the one after the last sooner than it finds the place of one it is told. */
export type NewRow = FactRow extends readonly [position: number, ...rest: infer Rest, length: number]
  ? [...Rest, body: Uint8Array]
  : never;

/** Adds facts to the table, many with one statement; within one transaction. */
export interface Insertion {
  /** The bytes in the row must stay as they are until `end`. */
  add(...row: NewRow): void;
  /** Writes what `add` has kept back. */
  end(): void;
}

const WIDTH = COLUMNS.split(',').length;
/** Rows of one statement: to call one costs as much as a third of a row. */
const ROWS = 32;

/** What begins an insertion of at most so many facts. */
export const createInsertion = (db: DatabaseSync): ((most: number) => Insertion) => {
  const row = `(NULL${', ?'.repeat(WIDTH)})`;
  const insert = (rows: number): StatementSync =>
    db.prepare(`INSERT INTO facts (${COLUMNS}, body) VALUES ${Array(rows).fill(row).join()}`);
  const [one, many] = [insert(1), insert(ROWS)];

  return (most) => {
    // Filled place by place: to push rows costs as much again as to have many in one statement saves.
    const values: SQLInputValue[] = new Array(WIDTH * Math.min(most, ROWS)).fill(null);
    let filled = 0;
    return {
      add: (writer, epoch, n, type, v, subject, at, recordedAt, ids, body) => {
        values[filled++] = writer;
        values[filled++] = epoch;
        values[filled++] = n;
        values[filled++] = type;
        values[filled++] = v;
        values[filled++] = subject;
        values[filled++] = at;
        values[filled++] = recordedAt;
        values[filled++] = ids;
        values[filled++] = body;
        if (filled < WIDTH * ROWS) return;
        filled = 0;
        // `run` would make an object that says what it did.
        many.get(...values);
      },
      end: () => {
        for (let from = 0; from < filled; from += WIDTH) one.get(...values.slice(from, from + WIDTH));
      },
    };
  };
};
