import type { Batch, Condition } from '@vipcast/kubernetes';
import type { Heard, Kind, Wanted, Watches, WatchListeners } from '../watches.ts';
import type { Known, ToldChange, ToldTerm } from './ledger.ts';

/** Watches that hear what one node tells of the cluster. */
export interface TermWatches extends Watches {
  readonly term: ToldTerm;
  take(change: ToldChange): void;
  /** Whether the node that tells is heard. */
  condition(state: Condition['state'], because: string): void;
}

const entriesOf = <T>(known: ReadonlyMap<string, T>): Batch<T>['set'] =>
  Array.from(known, ([key, value]) => ({ key, value }));

/** Of Services and slices, keys begin with their namespace. */
const within = <T>({ cause, set, deleted }: Batch<T>, namespace: string | null): Batch<T> => {
  const isIn = (key: string): boolean => namespace === null || key.startsWith(`${namespace}/`);
  return { cause, set: set.filter(({ key }) => isIn(key)), deleted: deleted.filter(isIn) };
};

const all = <T>(known: ReadonlyMap<string, T>): Batch<T> => ({
  cause: 'list',
  set: entriesOf(known),
  deleted: [],
});

/** The list with which a watch of a kind begins. */
const listOf = (kind: Kind, known: Known, { node, namespace }: Wanted): Heard => {
  switch (kind) {
    case 'services':
      return { kind, batch: within(all(known.services), namespace) };
    case 'slices':
      return { kind, batch: within(all(known.slices), namespace) };
    case 'namespaces':
      return { kind, batch: all(known.namespaces) };
    case 'node': {
      const self = known.nodes.get(node);
      return { kind, batch: { cause: 'list', set: self ? [{ key: node, value: self }] : [], deleted: [] } };
    }
  }
};

/** A change as whoever watches for these would hear it; `undefined` when it would not. */
const heardOf = (change: ToldChange, { node, namespace }: Wanted): Heard | undefined => {
  switch (change.kind) {
    case 'services':
      return { kind: 'services', batch: within(change.batch, namespace) };
    case 'slices':
      return { kind: 'slices', batch: within(change.batch, namespace) };
    case 'namespaces':
      return { kind: 'namespaces', batch: change.batch };
    case 'nodes': {
      const { cause, set, deleted } = change.batch;
      const concerns = set.length > 0 || deleted.includes(node);
      return concerns
        ? { kind: 'node', batch: { cause, set, deleted: deleted.includes(node) ? [node] : [] } }
        : undefined;
    }
  }
};

const KINDS: readonly Kind[] = ['services', 'slices', 'node', 'namespaces'];

/** Hears a term whose list is complete. */
export const watchTerm = (
  term: ToldTerm,
  now: () => number,
  listeners: Pick<WatchListeners, 'onHeard' | 'onCondition'>,
): TermWatches => {
  /** Kinds whose list was handed over, and those for which that is planned. */
  const listed = new Set<Kind>();
  const planned = new Map<Kind, NodeJS.Immediate>();
  let scope = '';
  let wanted: Wanted | undefined;
  let condition: Condition = { state: 'live', because: '', since: now() };

  const drop = (kind: Kind): void => {
    listed.delete(kind);
    clearImmediate(planned.get(kind));
    planned.delete(kind);
  };

  const handOver = (kind: Kind): void => {
    planned.delete(kind);
    if (wanted === undefined) return;
    listed.add(kind);
    listeners.onHeard(listOf(kind, term.known, wanted));
    listeners.onCondition(kind, condition);
  };

  return {
    term,
    adjust: (next) => {
      wanted = next;
      if (scope !== (next.namespace ?? '')) for (const kind of ['services', 'slices'] as const) drop(kind);
      scope = next.namespace ?? '';
      if (!next.namespaces) drop('namespaces');
      const begun = KINDS.filter(
        (kind) => (kind !== 'namespaces' || next.namespaces) && !listed.has(kind) && !planned.has(kind),
      );
      // A term without namespaces has nothing to tell of them, which is not the same as that there are none.
      for (const kind of begun)
        if (kind !== 'namespaces' || term.scope.namespaces)
          planned.set(
            kind,
            setImmediate(() => handOver(kind)),
          );
      return begun;
    },
    take: (change) => {
      if (wanted === undefined) return;
      const heard = heardOf(change, wanted);
      if (heard !== undefined && listed.has(heard.kind)) listeners.onHeard(heard);
    },
    condition: (state, because) => {
      if (condition.state === state && condition.because === because) return;
      condition = { state, because, since: now() };
      for (const kind of listed) listeners.onCondition(kind, condition);
    },
    stop: () => {
      wanted = undefined;
      for (const kind of KINDS) drop(kind);
    },
  };
};

/** Whether a term tells all that is wanted. */
export const covers = (
  { scope }: ToldTerm,
  { namespace, namespaces }: Pick<Wanted, 'namespace' | 'namespaces'>,
): boolean =>
  (scope.namespace === null || scope.namespace === namespace) && (scope.namespaces || !namespaces);
