import type { RecordedFact } from '@vipcast/events';
import { LINK } from './chain.ts';
import { decode } from './encoding.ts';
import type { StoredFact } from './log.ts';
import type { Names } from './names.ts';

/** The columns of a fact, in the order of a row. */
export const COLUMNS =
  'position, writer, epoch, n, type, v, subject, at, recordedAt, id, causationId, correlationId, body';

/** One row of the table `facts`. */
export type FactRow = readonly [
  position: number,
  writer: number,
  epoch: number,
  n: number,
  type: number,
  v: number,
  subject: number,
  at: number,
  recordedAt: number,
  id: string,
  causationId: string,
  correlationId: string,
  body: Uint8Array,
];

/** The tables that rows refer to. */
export interface Dictionaries {
  readonly types: Names;
  readonly subjects: Names;
  readonly writers: Names;
}

const known = (names: Names, id: number): string => {
  const name = names.nameOf(id);
  if (name === undefined) throw new Error(`nothing is known under number ${id}`);
  return name;
};

const fromRow = <D>(row: FactRow, { types, subjects, writers }: Dictionaries, data: D) => ({
  id: row[9],
  type: known(types, row[4]),
  v: row[5],
  subject: known(subjects, row[6]),
  at: row[7],
  causationId: row[10],
  correlationId: row[11],
  data,
  writer: known(writers, row[1]),
  epoch: row[2],
  n: row[3],
  hash: row[12].subarray(0, LINK),
  position: row[0],
  recordedAt: row[8],
});

/** The fact in a row. Throws when the row is damaged. */
export const factFromRow = (row: FactRow, dictionaries: Dictionaries): RecordedFact =>
  fromRow(row, dictionaries, decode(row[12], LINK)) as RecordedFact;

/** The fact in a row, its data undecoded. Throws when the row is damaged. */
export const storedFactFromRow = (row: FactRow, dictionaries: Dictionaries): StoredFact =>
  fromRow(row, dictionaries, row[12].subarray(LINK)) as StoredFact;
