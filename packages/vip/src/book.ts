const SHELVES = 256;

type Shelf<Value> = ReadonlyMap<string, Value>;

/** Names to values, never changed in place. */
export interface Book<Value> {
  get(name: string): Value | undefined;
  /** A copy to write in. */
  edit(): Draft<Value>;
  values(): IterableIterator<Value>;
  keys(): IterableIterator<string>;
  readonly size: number;
}

/** A book being written. It lives no longer than a step. */
export interface Draft<Value> {
  get(name: string): Value | undefined;
  set(name: string, value: Value): void;
  delete(name: string): void;
  values(): IterableIterator<Value>;
  keys(): IterableIterator<string>;
  readonly size: number;
  /** The book as it now is; the same one if nothing was written. */
  done(): Book<Value>;
}

const shelfOf = (name: string): number => {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SHELVES - 1);
};

function* valuesOf<Value>(shelves: readonly Shelf<Value>[]): IterableIterator<Value> {
  for (const shelf of shelves) yield* shelf.values();
}

function* keysOf<Value>(shelves: readonly Shelf<Value>[]): IterableIterator<string> {
  for (const shelf of shelves) yield* shelf.keys();
}

const draft = <Value>(before: readonly Shelf<Value>[], unchanged: Book<Value>): Draft<Value> => {
  let shelves = before;
  let size = unchanged.size;
  /** Shelves that are written in, by place; undefined until there is one. */
  let own: Map<number, Map<string, Value>> | undefined;
  const write = (at: number): Map<string, Value> => {
    own ??= new Map();
    let shelf = own.get(at);
    if (shelf === undefined) {
      shelf = new Map(before[at]);
      own.set(at, shelf);
      if (own.size === 1) shelves = before.with(at, shelf);
      else (shelves as Shelf<Value>[])[at] = shelf;
    }
    return shelf;
  };
  return {
    get: (name) => shelves[shelfOf(name)]!.get(name),
    set: (name, value) => {
      const shelf = write(shelfOf(name));
      const had = shelf.size;
      size += shelf.set(name, value).size - had;
    },
    delete: (name) => {
      const at = shelfOf(name);
      if (!shelves[at]!.has(name)) return;
      write(at).delete(name);
      size--;
    },
    values: () => valuesOf(shelves),
    keys: () => keysOf(shelves),
    get size() {
      return size;
    },
    done: () => (own === undefined ? unchanged : book(shelves, size)),
  };
};

const book = <Value>(shelves: readonly Shelf<Value>[], size: number): Book<Value> => {
  const self: Book<Value> = {
    size,
    get: (name) => shelves[shelfOf(name)]!.get(name),
    edit: () => draft(shelves, self),
    values: () => valuesOf(shelves),
    keys: () => keysOf(shelves),
  };
  return self;
};

/**
 * An immutable map in shelves: to change one of 10,000 entries copies about 300 references instead of all of them,
 * which matters when that many services fail at once.
 */
export const emptyBook = <Value>(): Book<Value> =>
  book<Value>(
    Array.from({ length: SHELVES }, () => new Map()),
    0,
  );
