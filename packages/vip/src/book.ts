const SHELVES = 256;

/** Names to values, never changed in place. */
export interface Book<Value> {
  get(name: string): Value | undefined;
  /** A book with this value under this name. */
  with(name: string, value: Value): Book<Value>;
  /** A book without this name. */
  without(name: string): Book<Value>;
  values(): IterableIterator<Value>;
  readonly size: number;
}

type Shelf<Value> = ReadonlyMap<string, Value>;

const shelfOf = (name: string): number => {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SHELVES - 1);
};

const book = <Value>(shelves: readonly Shelf<Value>[], size: number): Book<Value> => {
  const replace = (at: number, shelf: Shelf<Value>): Book<Value> =>
    book(shelves.with(at, shelf), size - shelves[at]!.size + shelf.size);
  return {
    size,
    get: (name) => shelves[shelfOf(name)]!.get(name),
    with: (name, value) => {
      const at = shelfOf(name);
      return replace(at, new Map(shelves[at]).set(name, value));
    },
    without: (name) => {
      const at = shelfOf(name);
      const shelf = new Map(shelves[at]);
      return shelf.delete(name) ? replace(at, shelf) : book(shelves, size);
    },
    *values() {
      for (const shelf of shelves) yield* shelf.values();
    },
  };
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
