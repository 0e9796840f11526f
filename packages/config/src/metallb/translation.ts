import type { ResourceKind } from '../kubernetes/resource.ts';
import { list, type Raw } from '../source/raw.ts';
import type { MetalLBObject } from './objects.ts';

/** One of our resources in the making; what is `undefined` is not written. */
export interface Draft {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly spec: Raw;
}

/** What an object becomes, and what of it needs a person. */
export interface Translation {
  readonly drafts: readonly Draft[];
  readonly notes: readonly string[];
}

/** What an object is called in notes. */
export const titleOf = ({ kind, name }: Pick<MetalLBObject, 'kind' | 'name'>): string => `${kind} ${name}`;

/** A name that ours may have: MetalLB's may hold dots and be longer. */
export const nameOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 58)
    .replace(/^-+|-+$/g, '') || 'unnamed';

/** True for what says nothing: absent, empty or off. */
const isIdle = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === '' ||
  (Array.isArray(value) && value.length === 0);

/** A note for each setting that `taken` does not have; `reasons` say more than that there is no counterpart. */
export const leftovers = (
  object: MetalLBObject,
  taken: readonly string[],
  reasons: Readonly<Record<string, string>>,
): readonly string[] =>
  Object.entries(object.spec)
    .filter(([key, value]) => !taken.includes(key) && !isIdle(value))
    .map(([key]) => {
      const reason = Object.hasOwn(reasons, key) ? `: ${reasons[key]}` : '';
      return `${titleOf(object)}: ${key} has no counterpart${reason}`;
    });

/** The alternatives of a list of selectors, of which any is enough; one that narrows nothing if there are none. */
export const alternatives = (selectors: unknown): readonly (Raw | undefined)[] => {
  const given = list(selectors).filter((selector) => Object.keys(selector).length > 0);
  // One that is empty matches everything, and so does the list with it.
  return given.length === 0 || given.length < list(selectors).length ? [undefined] : given;
};

/** `name`, `name-2`, `name-3`. */
export const numbered = (name: string, i: number): string => (i === 0 ? name : `${name}-${i + 1}`);
