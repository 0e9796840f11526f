/** A mapping whose values may be anything. */
export type Raw = Readonly<Record<string, unknown>>;

/** The value if it is a mapping, else an empty one. */
export const mapping = (value: unknown): Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {};

/** The elements of a list, as mappings; none if it is no list. */
export const list = (value: unknown): readonly Raw[] => (Array.isArray(value) ? value.map(mapping) : []);

/** The texts of a list; none if it is no list. */
export const words = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(word).filter((text) => text !== '') : [];

/** A scalar as text; empty for anything else. */
export const word = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
