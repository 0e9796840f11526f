/** A moment in the log: a time, or a position. */
export type Moment =
  | { readonly kind: 'time' /** Milliseconds since 1970. */; readonly at: number }
  | { readonly kind: 'seq'; readonly seq: number };

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Reads `15m`, `1h30m`, `500ms`.
 * @returns milliseconds; `undefined` when it is no duration
 */
export const parseDuration = (text: string): number | undefined => {
  if (!/^(\d{1,9}(ms|[smhdw]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhdw])/g)) total += Number(count) * UNITS[unit!]!;
  return total;
};

const parseRfc3339 = (text: string): number | undefined => {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  // `Date.parse` takes 30 February for a day in March.
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  const at = Date.parse(text.toUpperCase().replace(' ', 'T'));
  return Number.isNaN(at) ? undefined : at;
};

/**
 * Reads a moment: `now`, `-15m`, `15m ago`, RFC 3339, `seq:48211`.
 * @param now milliseconds since 1970, what `-15m` counts from
 * @returns `undefined` when it is none of these
 */
export const parseMoment = (text: string, now: number): Moment | undefined => {
  const seq = /^seq:(\d{1,15})$/.exec(text)?.[1];
  if (seq !== undefined) return { kind: 'seq', seq: Number(seq) };
  if (text === 'now') return { kind: 'time', at: now };
  const ago = /^-(\S+)$/.exec(text)?.[1] ?? /^(\S+) +ago$/.exec(text)?.[1];
  const back = ago === undefined ? undefined : parseDuration(ago);
  const at = back === undefined ? parseRfc3339(text) : now - back;
  return at === undefined ? undefined : { kind: 'time', at };
};

/** `3h12m`, `42s`: the two largest units of a time span in milliseconds. */
export const formatDuration = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return hours === 0 ? `${days}d` : `${days}d${hours}h`;
  if (hours > 0) return minutes === 0 ? `${hours}h` : `${hours}h${minutes}m`;
  const rest = seconds % 60;
  if (minutes > 0) return rest === 0 ? `${minutes}m` : `${minutes}m${rest}s`;
  return `${rest}s`;
};

const MOST = 8.64e15;

/** RFC 3339 in UTC, to the millisecond. A time that no calendar has is given as it is. */
export const formatInstant = (at: number): string =>
  Math.abs(at) <= MOST ? new Date(at).toISOString() : String(at);

/** RFC 3339 in UTC, to the second: for people. */
export const formatTime = (at: number): string => formatInstant(at).replace(/\.\d{3}Z$/, 'Z');
