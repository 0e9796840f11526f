const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** A server that asks for more is not believed. */
const LONGEST_ASKED_MS = 120_000;

/**
 * How long to wait after `failures` in a row, in milliseconds: doubling from half a second, at most 30 s, jittered by
 * half. After none, up to half a second, so that a server's watchers do not come back all at once. What the server asks
 * for is a lower bound.
 * @param random in [0, 1)
 */
export const pause = (failures: number, random: number, asked = 0): number => {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  const own = failures === 0 ? random * FIRST_MS : longest * (0.5 + random / 2);
  const least = asked === 0 ? 0 : Math.min(asked, LONGEST_ASKED_MS) + random * FIRST_MS;
  return Math.round(Math.max(own, least));
};

/** How long to let the server keep a watch open, in seconds: 5 to 10 minutes. */
export const watchSeconds = (random: number): number => Math.round(300 + random * 300);
