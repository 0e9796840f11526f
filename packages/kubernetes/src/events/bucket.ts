/** A store of tokens that fills again with time. */
export interface Bucket {
  /** Takes one, if there is one. */
  readonly take: (at: number) => boolean;
  /** How long from `at` until there is one, in milliseconds. */
  readonly wait: (at: number) => number;
}

/** A full bucket. @param refillMs how long one token takes to come back */
export const createBucket = (capacity: number, refillMs: number, at: number): Bucket => {
  /** In milliseconds, of which a token is worth `refillMs`: sums of whole numbers do not drift. */
  let credit = capacity * refillMs;
  let filledAt = at;

  const fill = (now: number): void => {
    credit = Math.min(capacity * refillMs, credit + Math.max(0, now - filledAt));
    filledAt = now;
  };

  return {
    take: (now) => {
      fill(now);
      if (credit < refillMs) return false;
      credit -= refillMs;
      return true;
    },
    wait: (now) => {
      fill(now);
      return Math.max(0, Math.ceil(refillMs - credit));
    },
  };
};
