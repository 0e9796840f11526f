import type { Clock } from './clock.ts';

/** Named timers. Starting one that runs moves its deadline. */
export interface Timers {
  start(name: string, ms: number): void;
  stop(name: string): void;
  stopAll(): void;
}

interface Timer {
  deadline: number;
  handle: NodeJS.Timeout;
  /** When the handle fires: a later deadline costs no new handle until then. */
  fires: number;
}

/**
 * Deadlines by name. Moving a deadline later, as every message does to a hold timer, is one assignment. Before a
 * deadline is believed the loop reads its sockets once more, so that a stalled process does not mistake its own
 * silence for the peer's.
 */
export const createTimers = (clock: Clock, onExpire: (name: string) => void): Timers => {
  const timers = new Map<string, Timer>();

  const arm = (name: string, deadline: number): void => {
    const handle = setTimeout(
      () => setImmediate(fire, name, timer),
      Math.max(0, deadline - clock.monotonic()),
    );
    const timer: Timer = { deadline, fires: deadline, handle };
    timers.set(name, timer);
  };

  const fire = (name: string, timer: Timer): void => {
    if (timers.get(name) !== timer) return;
    // Moved since it was armed, or the handle was a fraction of a millisecond early.
    if (timer.deadline > clock.monotonic()) {
      arm(name, timer.deadline);
      return;
    }
    timers.delete(name);
    onExpire(name);
  };

  return {
    start: (name, ms) => {
      const deadline = clock.monotonic() + ms;
      const timer = timers.get(name);
      if (timer !== undefined && timer.fires <= deadline) {
        timer.deadline = deadline;
        return;
      }
      if (timer !== undefined) clearTimeout(timer.handle);
      arm(name, deadline);
    },
    stop: (name) => {
      clearTimeout(timers.get(name)?.handle);
      timers.delete(name);
    },
    stopAll: () => {
      for (const timer of timers.values()) clearTimeout(timer.handle);
      timers.clear();
    },
  };
};
