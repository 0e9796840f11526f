import { fieldOf, namesOf, type Projected, textsOf } from './json.ts';
import type { Labels } from './selector.ts';

/** What deciding needs of a Namespace. */
export interface Namespace {
  readonly name: string;
  readonly labels: Labels;
}

const LONGEST_LABEL = 63;

/** True when they say the same. */
export const sameLabels = (a: Labels, b: Labels): boolean => {
  const entries = Object.entries(a);
  return (
    entries.length === Object.keys(b).length &&
    entries.every(([key, value]) => Object.hasOwn(b, key) && b[key] === value)
  );
};

/**
 * What deciding needs of a Namespace of the API (v1), whatever it may look like.
 * @param raw the object as JSON.parse made it
 */
export const namespaceOf = (raw: unknown): Projected<Namespace> => {
  const names = namesOf(raw);
  if (names === undefined) return { because: 'a Namespace without a proper name', key: undefined };
  const labels = textsOf(fieldOf(raw, 'metadata'), 'labels', LONGEST_LABEL);
  return { value: Object.freeze({ name: names.name, labels }) };
};
