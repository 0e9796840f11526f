import type { RecordedFact } from '@vipcast/events';
import { LINK } from './chain.ts';
import { decode } from './encoding.ts';
import { splitIds } from './ids.ts';
import type { StoredFact } from './log.ts';
import type { Names } from './names.ts';

/** The columns of a fact but its body, in the order of a row. */
export const COLUMNS = 'position, writer, epoch, n, type, v, subject, at, recordedAt, ids';

/** One row of the table `facts`, and how long its body is. */
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
  ids: string,
  length: number,
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

const fromRow = <D>(
  [position, writer, epoch, n, type, v, subject, at, recordedAt, ids]: FactRow,
  { types, subjects, writers }: Dictionaries,
  hash: Uint8Array,
  data: D,
) => {
  const { id, causationId, correlationId } = splitIds(ids);
  return {
    id,
    type: known(types, type),
    v,
    subject: known(subjects, subject),
    at,
    causationId,
    correlationId,
    data,
    writer: known(writers, writer),
    epoch,
    n,
    hash,
    position,
    recordedAt,
  };
};

/** Where the body of a row is, among those of other rows. It is copied from there, or one fact would keep them all. */
export interface BodyPlace {
  readonly bodies: Uint8Array;
  readonly start: number;
}

/** The fact in a row. Throws when the row is damaged. */
export const factFromRow = (
  row: FactRow,
  { bodies, start }: BodyPlace,
  names: Dictionaries,
): RecordedFact => {
  const data = start + LINK;
  return fromRow(
    row,
    names,
    bodies.slice(start, data),
    decode(bodies, data, start + row[10]),
  ) as RecordedFact;
};

/** The fact in a row, its data undecoded. Throws when the row is damaged. */
export const storedFactFromRow = (
  row: FactRow,
  { bodies, start }: BodyPlace,
  names: Dictionaries,
): StoredFact => {
  const data = start + LINK;
  return fromRow(row, names, bodies.slice(start, data), bodies.slice(data, start + row[10])) as StoredFact;
};
