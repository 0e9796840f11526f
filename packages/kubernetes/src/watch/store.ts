import type { ObjectVersion } from './object.ts';

/** What is kept of an object. */
export interface Entry<T> extends ObjectVersion {
  readonly value: T;
}

/** What changed: first everything in `deleted` went, then everything in `set` came. */
export interface Changes<T> {
  readonly set: readonly { readonly key: string; readonly value: T }[];
  /** A key that is in `set` too is another object by the same name. */
  readonly deleted: readonly string[];
}

/** The objects of one watch, and what changed since somebody last asked. */
export interface Store<T> {
  readonly get: (key: string) => Entry<T> | undefined;
  readonly put: (key: string, entry: Entry<T>) => void;
  readonly remove: (key: string) => void;
  /** These and no others are there now. */
  readonly replace: (entries: Map<string, Entry<T>>) => void;
  readonly size: () => number;
  /** Between the last call and now, whatever happened in between. */
  readonly takeChanges: () => Changes<T>;
}

/** An empty store. */
export const createStore = <T>(): Store<T> => {
  let entries = new Map<string, Entry<T>>();
  /** As each touched key was when changes were last taken. */
  const before = new Map<string, Entry<T> | undefined>();

  const touch = (key: string): void => {
    if (!before.has(key)) before.set(key, entries.get(key));
  };

  return {
    get: (key) => entries.get(key),
    size: () => entries.size,
    put: (key, entry) => {
      touch(key);
      entries.set(key, entry);
    },
    remove: (key) => {
      touch(key);
      entries.delete(key);
    },
    replace: (next) => {
      for (const key of entries.keys()) touch(key);
      for (const key of next.keys()) touch(key);
      entries = next;
    },
    takeChanges: () => {
      const set: { key: string; value: T }[] = [];
      const deleted: string[] = [];
      for (const [key, old] of before) {
        const now = entries.get(key);
        const same = old !== undefined && old.uid === now?.uid;
        if (old !== undefined && !same) deleted.push(key);
        if (now !== undefined && !(same && old.value === now.value)) set.push({ key, value: now.value });
      }
      before.clear();
      return { set, deleted };
    },
  };
};
