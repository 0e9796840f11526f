/** Chance that can be repeated. */
export interface Random {
  /** A whole number from 0 up to, not including, this one. */
  below(limit: number): number;
  /** A whole number from one up to and including the other. */
  between(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
}

/** The same seed gives the same numbers, on any machine: mulberry32, a 32-bit counter that is mixed. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    pick: (list) => {
      if (list.length === 0) throw new Error('there is nothing to pick from');
      return list[below(list.length)] as (typeof list)[number];
    },
  };
};
