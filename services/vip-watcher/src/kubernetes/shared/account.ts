import type { Draft } from '@vipcast/events';
import type { Batch } from '@vipcast/kubernetes';
import { kindsOf, type Scope, type SharedKind } from './whole-watch.ts';

/** The subject of a node's words about the cluster. */
export const WATCHER = 'watcher';

/** Characters of JSON in one fact; a NATS server takes 1 MB unless told otherwise. */
export const LARGEST_FACT = 200_000;

type Told = 'list' | 'relist' | 'watch';

/** What was told of the cluster, and how to tell what is new. */
export interface Account {
  /**
   * Takes what was heard, and answers with facts that tell what of it was not told yet.
   * @param whole it is all there is of this kind
   */
  take(kind: SharedKind, batch: Batch<string>, whole: boolean): readonly Draft[];
  /** Facts that tell everything. */
  all(): readonly Draft[];
}

interface Change {
  readonly set: readonly string[];
  readonly deleted: readonly string[];
}

/** As many facts as a change needs. */
const facts = (kind: SharedKind, told: Told, { set, deleted }: Change): readonly Draft[] => {
  const chunks: { set: Record<string, unknown>[]; deleted: string[] }[] = [];
  let size = Number.POSITIVE_INFINITY;
  const chunkFor = (text: string) => {
    if (size + text.length > LARGEST_FACT) {
      chunks.push({ set: [], deleted: [] });
      size = 0;
    }
    size += text.length;
    return chunks.at(-1)!;
  };
  for (const key of deleted) chunkFor(key).deleted.push(key);
  for (const text of set) chunkFor(text).set.push(JSON.parse(text));
  return chunks.map((chunk, i) => ({
    type: 'kubernetes.Changed',
    of: WATCHER,
    data: { kind, told, ...chunk, ...(i < chunks.length - 1 ? { more: true } : {}) },
  }));
};

/** Nothing was told yet. */
export const createAccount = (scope: Scope): Account => {
  const told = new Map<SharedKind, Map<string, string>>(kindsOf(scope).map((kind) => [kind, new Map()]));

  return {
    take: (kind, { cause, set, deleted }, whole) => {
      const known = told.get(kind)!;
      const there = new Set(set.map(({ key }) => key));
      const gone = [...(whole ? known.keys() : deleted)].filter(
        (key) => !there.has(key) && known.delete(key),
      );
      const fresh = set.filter(({ key, value }) => known.get(key) !== value);
      for (const { key, value } of fresh) known.set(key, value);
      const change = { set: fresh.map(({ value }) => value), deleted: gone };
      return facts(kind, cause === 'list' ? 'relist' : cause, change);
    },
    all: () =>
      Array.from(told, ([kind, known]) =>
        facts(kind, 'list', { set: [...known.values()], deleted: [] }),
      ).flat(),
  };
};
