import { isObject, objectOf, textOf } from '../json.ts';
import { isKubernetesObject, type KubernetesObject, keyOf } from './object.ts';
import { type Project, projectObject } from './projection.ts';
import type { Entry, Store } from './store.ts';

/** One page of a list. */
export interface Page {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  /** Where the next page starts; '' on the last. */
  readonly continue: string;
}

/** Reads a page; `undefined` when it is none. Go writes an empty list as `null` now and then. */
export const readPage = (body: unknown): Page | undefined => {
  if (!isObject(body)) return undefined;
  const { items } = body;
  const metadata = objectOf(body, 'metadata');
  const resourceVersion = textOf(metadata, 'resourceVersion');
  if (resourceVersion === '' || !(items === null || Array.isArray(items))) return undefined;
  return { items: items ?? [], resourceVersion, continue: textOf(metadata, 'continue') };
};

/** A malformed object. */
export interface ObjectProblem {
  /** `namespace/name`, or as much as it has of that. */
  readonly key: string;
  readonly message: string;
}

/** A list that is coming in, page by page. Nothing shows before it is whole. */
export interface Listing<T> {
  /** @returns the malformed objects among the items */
  readonly add: (page: Page) => readonly ObjectProblem[];
  /** The first page's: whatever happened since then, the watch will tell. */
  readonly resourceVersion: () => string;
  readonly entries: () => Map<string, Entry<T>>;
}

/** A list of nothing yet. Objects that `store` knows in the same version are taken over as they are. */
export const createListing = <T>(store: Store<T>, project: Project<T>): Listing<T> => {
  const entries = new Map<string, Entry<T>>();
  let resourceVersion = '';

  const addObject = (object: KubernetesObject): string => {
    const key = keyOf(object);
    if (key === '') return 'has no name; it counts as absent';
    const { entry, trouble } = projectObject(object, store.get(key), project);
    if (entry !== undefined) entries.set(key, entry);
    return trouble;
  };

  return {
    add: (page) => {
      resourceVersion ||= page.resourceVersion;
      const problems: ObjectProblem[] = [];
      for (const item of page.items) {
        const message = isKubernetesObject(item) ? addObject(item) : 'has no metadata; it counts as absent';
        if (message !== '') problems.push({ key: isKubernetesObject(item) ? keyOf(item) : '', message });
      }
      return problems;
    },
    resourceVersion: () => resourceVersion,
    entries: () => entries,
  };
};
