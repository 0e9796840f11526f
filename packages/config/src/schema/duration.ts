import { text } from './scalar.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `9s`, `500ms`, `1m` or `1h` in milliseconds; `undefined` for any other text. */
export const parseDuration = (written: string): number | undefined => {
  const [, digits, unit] = /^(\d{1,9})(ms|s|m|h)$/.exec(written) ?? [];
  return digits === undefined || unit === undefined ? undefined : Number(digits) * (UNITS[unit] ?? 0);
};

const durationThat = (expected: string, fits: (ms: number) => boolean) =>
  text(expected, (written) => {
    const ms = parseDuration(written);
    return ms !== undefined && fits(ms) ? ms : undefined;
  });

const wholeSeconds = (ms: number, from: number): boolean =>
  ms % 1000 === 0 && ms >= from * 1000 && ms <= 65_535_000;

/** RFC 4271 §4.2: zero or at least three seconds, in two octets. */
export const holdTime = durationThat(
  'a duration such as 9s: whole seconds, 0s or 3s to 65535s',
  (ms) => ms === 0 || wholeSeconds(ms, 3),
);

/** At most one a second (RFC 4271 §4.4). */
export const keepaliveTime = durationThat('a duration such as 3s: whole seconds, 1s to 65535s', (ms) =>
  wholeSeconds(ms, 1),
);

/** Between attempts to connect, or between probes. */
export const interval = durationThat(
  'a duration such as 5s or 500ms, 10ms to 1h',
  (ms) => ms >= 10 && ms <= 3_600_000,
);

/** Long enough for the slowest network to find other ways, short enough for a node's shutdown. */
export const drainTime = durationThat('a duration such as 5s, 0s to 10m', (ms) => ms <= 600_000);
