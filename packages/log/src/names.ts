import type { DatabaseSync } from 'node:sqlite';
import { patiently } from './patience.ts';

/** A table that keeps each of a few texts once, and what is already known of it. */
export interface Names {
  /** Adds the name if it is new: call it in a transaction. */
  idOf(name: string): number;
  /** `undefined` when there is no such id: the file is damaged. */
  nameOf(id: number): string | undefined;
  /** Drops what is known, some of which a rollback has undone. */
  forget(): void;
}

/** Subjects, types and writers recur in every fact: as numbers they make facts smaller and faster to read. */
export const openNames = (db: DatabaseSync, table: 'types' | 'subjects' | 'writers'): Names => {
  const add = db.prepare(
    `INSERT INTO ${table} (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id`,
  );
  const find = db.prepare(`SELECT name FROM ${table} WHERE id = ?`);
  const ids = new Map<string, number>();
  const names = new Map<number, string>();

  const idOf = (name: string): number => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const id = Number(add.get(name)?.id);
    ids.set(name, id);
    return id;
  };

  const nameOf = (id: number): string | undefined => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const name = patiently(() => find.get(id))?.name;
    if (typeof name !== 'string') return undefined;
    names.set(id, name);
    return name;
  };

  return {
    idOf,
    nameOf,
    forget: () => {
      ids.clear();
      names.clear();
    },
  };
};
