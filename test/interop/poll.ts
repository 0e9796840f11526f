import { setTimeout as delay } from 'node:timers/promises';

/** How long to wait, in milliseconds, and the words that name what was awaited in the failure message. */
export interface Patience {
  readonly what: string;
  readonly timeout?: number;
  readonly interval?: number;
  /** Asked once on failure: logs, the last state seen. */
  readonly explain?: () => string | Promise<string>;
}

const reason = (value: unknown): string =>
  value instanceof Error ? value.message : (JSON.stringify(value) ?? String(value));

/**
 * Asks `condition` until its answer is truthy and returns that answer. A condition that throws counts as "not yet", so
 * an assertion may stand inside. After `timeout` (10 s) it throws, with the last answer or error in the message.
 */
export const until = async <T>(
  condition: () => T | Promise<T>,
  { what, timeout = 10_000, interval = 50, explain }: Patience,
): Promise<Exclude<T, false | null | undefined | 0 | ''>> => {
  const deadline = performance.now() + timeout;
  let last: unknown;
  do {
    try {
      const answer = await condition();
      if (answer) return answer as Exclude<T, false | null | undefined | 0 | ''>;
      last = answer;
    } catch (error) {
      last = error;
    }
    await delay(interval);
  } while (performance.now() < deadline);
  const context = explain === undefined ? '' : `\n${await explain()}`;
  throw new Error(`waited ${timeout} ms for ${what}; last: ${reason(last)}${context}`);
};
