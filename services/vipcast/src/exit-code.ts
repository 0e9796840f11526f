/** What the command's exit status says; the whole list, and nothing else is ever returned. */
export const EXIT = {
  fine: 0,
  /** A difference, or a negative answer: not announced, refused, not valid. */
  negative: 1,
  usage: 2,
  unhealthy: 3,
  /** A daemon, or what it writes, could not be reached. */
  unreachable: 4,
  notFound: 5,
  /** The moment asked for is older than what is kept. */
  tooOld: 6,
} as const;

/** One of the exit statuses. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
