/** The value below which the part `q` (0 to 1) of the values lies; NaN when there are none. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
};

/** The middle value; NaN when there are none. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Milliseconds between two readings of `process.hrtime.bigint()`. */
export const milliseconds = (from: bigint, to: bigint): number => Number(to - from) / 1e6;

/** The list begun at another place: the order in which things are measured should favour none of them. */
export const rotated = <T>(list: readonly T[], by: number): readonly T[] =>
  list.map((_, i) => list[(i + by) % list.length]!);
