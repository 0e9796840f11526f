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

/** Names read in one go: facts that come one after the other often bring names that came one after the other. */
const AHEAD = 64;

/** Subjects, types and writers recur in every fact: as numbers they make facts smaller and faster to read. */
export const openNames = (db: DatabaseSync, table: 'types' | 'subjects' | 'writers'): Names => {
  const look = db.prepare(`SELECT id FROM ${table} WHERE name = ?`);
  const add = db.prepare(`INSERT OR IGNORE INTO ${table} (name) VALUES (?)`);
  const find = db.prepare(`SELECT id, name FROM ${table} WHERE id >= ? ORDER BY id LIMIT ${AHEAD}`);
  const ids = new Map<string, number>();
  const names: string[] = [];

  const idOf = (name: string): number => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    // Most that are not known here are new. `RETURNING` would keep what it returns in a table of its own.
    const { changes, lastInsertRowid } = add.run(name);
    const id = Number(changes === 1 ? lastInsertRowid : look.get(name)?.id);
    ids.set(name, id);
    names[id] = name;
    return id;
  };

  const nameOf = (id: number): string | undefined => {
    const known = names[id];
    if (known !== undefined) return known;
    for (const row of patiently(() => find.all(id))) names[Number(row.id)] = String(row.name);
    return names[id];
  };

  return {
    idOf,
    nameOf,
    forget: () => {
      ids.clear();
      names.length = 0;
    },
  };
};
