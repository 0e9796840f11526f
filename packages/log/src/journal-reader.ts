import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { firstLink, linkFrom } from './chain.ts';
import {
  type BodyPlace,
  COLUMNS,
  type Dictionaries,
  type FactRow,
  factFromRow,
  storedFactFromRow,
} from './fact-row.ts';
import type { Chronicle } from './ingestion.ts';
import { explained, JournalError } from './journal-error.ts';
import type { Authors, StoredFact, Term } from './log.ts';
import { PAGE, type Pages, type Window } from './page.ts';
import { patiently } from './patience.ts';

/** The reading half of a journal. Everything it throws is a JournalError. */
export interface JournalReader extends Pages {
  stored(after: number, by: Authors | undefined): Generator<StoredFact, void>;
  positionOf(place: Term): number | undefined;
  chronicleOf(writer: string): Chronicle;
  terms(): readonly Term[];
}

const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

/** The facts of a window, in SQL. Only those that match are touched beyond their first columns. */
interface Selection {
  /** Everything after `SELECT …`. */
  readonly from: string;
  /** From the second on, without `after` and `until`. */
  readonly values: readonly SQLInputValue[];
}

const selectionOf = (window: Window & { readonly by?: Authors | undefined }): Selection => {
  const { positions, before, decidedBy, aggregates, subject, by, limit, reverse } = window;
  const clauses = ['position > ?', 'position <= ?'];
  const values: SQLInputValue[] = [];
  if (positions !== undefined) {
    clauses.push('position IN (SELECT value FROM json_each(?))');
    values.push(JSON.stringify(positions));
  }
  if (aggregates !== undefined) {
    clauses.push(
      `type IN (SELECT id FROM types WHERE substr(name, 1, instr(name, '.') - 1) IN (${marks(aggregates)}))`,
    );
    values.push(...aggregates);
  }
  if (subject !== undefined) {
    clauses.push('subject = (SELECT id FROM subjects WHERE name = ?)');
    values.push(subject);
  }
  if (by !== undefined && 'node' in by) {
    clauses.push('writer IN (SELECT id FROM writers WHERE substr(name, 1, length(?) + 1) = ? || ?)');
    values.push(by.node, by.node, '/');
  } else if (by !== undefined) {
    clauses.push(`writer IN (SELECT id FROM writers WHERE name IN (${marks(by.writers)}))`);
    values.push(...by.writers);
  }
  if (before !== undefined) {
    clauses.push('recordedAt <= ?');
    values.push(before);
  }
  if (decidedBy !== undefined) {
    clauses.push('at <= ?');
    values.push(decidedBy);
  }
  const order = reverse ? 'DESC' : 'ASC';
  const from = `FROM facts WHERE ${clauses.join(' AND ')} ORDER BY position ${order} LIMIT ?`;
  return { from, values: [...values, limit] };
};

/** Rows, and the bodies of all of them in one piece: to fetch each by itself takes as long as all else of a fact. */
interface Rows {
  readonly rows: readonly FactRow[];
  readonly bodies: Uint8Array;
}

const NO_ROWS: Rows = { rows: [], bodies: new Uint8Array() };

export const createJournalReader = (
  db: DatabaseSync,
  file: string,
  dictionaries: Dictionaries,
): JournalReader => {
  const statements = new Map<string, StatementSync>();
  const lastPosition = db.prepare('SELECT max(position) AS last FROM facts');
  const allTerms = db.prepare('SELECT writer, epoch, n FROM terms ORDER BY writer, epoch');

  const place = db.prepare(
    'SELECT position FROM facts WHERE writer = (SELECT id FROM writers WHERE name = ?) AND epoch = ? AND n = ? ORDER BY position DESC LIMIT 1',
  );

  const headOf = db.prepare('SELECT head FROM writers WHERE name = ?');
  const termsOf = db.prepare(
    'SELECT epoch, n FROM terms WHERE writer = (SELECT id FROM writers WHERE name = ?)',
  );

  const prepared = (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? db.prepare(sql, { returnArrays: true });
    statements.set(sql, statement);
    return statement;
  };

  const rowsOf = (window: Parameters<typeof selectionOf>[0]): Rows =>
    explained(file, () => {
      const { from, values } = selectionOf(window);
      const select = (sql: string, after: number, until: number): readonly unknown[] =>
        patiently(() => prepared(sql).all(after, until, ...values));
      const rows = select(
        `SELECT ${COLUMNS}, length(body) ${from}`,
        window.after,
        window.until,
      ) as readonly FactRow[];
      if (rows.length === 0) return NO_ROWS;
      // The same rows again, whatever was added since.
      const ends = [rows[0]![0], rows.at(-1)![0]];
      const [row] = select(
        `SELECT CAST(group_concat(body, '') AS BLOB) FROM (SELECT body ${from})`,
        Math.min(...ends) - 1,
        Math.max(...ends),
      );
      const [bodies] = row as readonly [Uint8Array];
      return { rows, bodies };
    });

  const mapRows = <T>(
    { rows, bodies }: Rows,
    map: (row: FactRow, place: BodyPlace, dictionaries: Dictionaries) => T,
  ): readonly T[] => {
    let start = 0;
    return rows.map((row) => {
      try {
        const fact = map(row, { bodies, start }, dictionaries);
        start += row[10];
        return fact;
      } catch (error) {
        throw new JournalError(file, 'damaged', `at position ${row[0]}: ${(error as Error).message}`, error);
      }
    });
  };

  const page: Pages['page'] = (window) => mapRows(rowsOf(window), factFromRow);

  const last = (): number => Number(explained(file, () => patiently(() => lastPosition.get()))?.last ?? 0);

  function* stored(after: number, by: Authors | undefined): Generator<StoredFact, void> {
    const until = last();
    for (let from = after; from < until; ) {
      const facts = mapRows(rowsOf({ after: from, until, by, limit: PAGE }), storedFactFromRow);
      yield* facts;
      from = facts.length < PAGE ? until : (facts.at(-1)?.position ?? until);
    }
  }

  const terms = (): readonly Term[] =>
    explained(file, () => patiently(() => allTerms.all())).map(({ writer, epoch, n }) => ({
      writer: dictionaries.writers.nameOf(Number(writer)) ?? '',
      epoch: Number(epoch),
      n: Number(n),
    }));

  const chronicleOf = (writer: string): Chronicle =>
    explained(file, () => {
      const head = patiently(() => headOf.get(writer))?.head;
      const terms = patiently(() => termsOf.all(writer));
      return {
        head: head instanceof Uint8Array ? linkFrom(head) : firstLink(writer),
        reached: new Map(terms.map(({ epoch, n }) => [Number(epoch), Number(n)])),
      };
    });

  const positionOf = ({ writer, epoch, n }: Term): number | undefined => {
    const position = explained(file, () => patiently(() => place.get(writer, epoch, n)))?.position;
    return position === undefined ? undefined : Number(position);
  };

  return { page, last, stored, positionOf, chronicleOf, terms };
};
