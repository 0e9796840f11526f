import { createHash } from 'node:crypto';

const inOrder = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

const canonical = (value: unknown): unknown => {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
  if (Array.isArray(value)) return value.map(canonical);
  if (value instanceof Set) return Array.from(value, canonicalText).sort();
  const entries =
    value instanceof Map
      ? Array.from(value, ([key, field]) => [canonicalText(key), field] as const)
      : Object.entries(value).filter(([, field]) => field !== undefined);
  return entries.toSorted(inOrder).map(([key, field]) => [key, canonical(field)]);
};

/** Plain data as text: the same for equal data, whatever the order of its keys, entries and members. */
export const canonicalText = (value: unknown): string => JSON.stringify(canonical(value)) ?? '';

/** SHA-256 of the canonical text, in hex. */
export const hashOf = (state: unknown): string =>
  createHash('sha256').update(canonicalText(state)).digest('hex');
