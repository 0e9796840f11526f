/** Time and chance, given so that tests can hold them. */
export interface Clock {
  /** Milliseconds since 1970: for display and records only. */
  wall(): number;
  /** Milliseconds that never jump: for every deadline. */
  monotonic(): number;
  /** In [0, 1). */
  random(): number;
  /** Runs `run` once, `ms` from now; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** No timer is longer; Node would fire it at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * The machine's own clock. Before a deadline is believed the loop reads its sockets once more, so that a process that
 * was stopped does not take its own silence for the server's.
 */
export const systemClock: Clock = {
  wall: () => performance.timeOrigin + performance.now(),
  monotonic: () => performance.now(),
  random: Math.random,
  after: (ms, run) => {
    let immediate: NodeJS.Immediate | undefined;
    const timeout = setTimeout(
      () => {
        immediate = setImmediate(run);
      },
      Math.min(ms, LONGEST_MS),
    );
    return () => {
      clearTimeout(timeout);
      clearImmediate(immediate);
    };
  },
};
