import type { Batch } from '@vipcast/kubernetes';
import type { ServicesInput, ServicesState, Told } from '@vipcast/vip/kubernetes';
import type { Heard } from './watches.ts';

/** What is no more: of the first list of a watch, whatever was known before and is not in it. */
const gone = <T>({ cause, set, deleted }: Batch<T>, known: Iterable<string>): readonly string[] => {
  const there = new Set(set.map(({ key }) => key));
  return [...(cause === 'list' ? known : deleted)].filter((key) => !there.has(key));
};

/**
 * What was heard of the cluster, as an input about it.
 *
 * A watch that begins lists everything. Where something is known from an earlier watch, such a list is a relist: what it
 * lacks may be missing for reasons of the server's own.
 */
export const inputOfHeard = ({ kind, batch }: Heard, { cluster, listed }: ServicesState): ServicesInput => {
  const told: Told = batch.cause === 'list' && listed ? 'relist' : batch.cause;
  switch (kind) {
    case 'services': {
      const set = batch.set.map(({ value }) => value);
      return { type: 'ServicesChanged', told, set, deleted: gone(batch, cluster.services.keys()) };
    }
    case 'slices': {
      const set = batch.set.map(({ value }) => value);
      return { type: 'SlicesChanged', told, set, deleted: gone(batch, cluster.owners.keys()) };
    }
    case 'namespaces': {
      const set = batch.set.map(({ value }) => value);
      return { type: 'NamespacesChanged', told, set, deleted: gone(batch, cluster.namespaces.keys()) };
    }
    case 'node':
      return { type: 'NodeChanged', told, node: batch.set[0]?.value ?? null };
  }
};
