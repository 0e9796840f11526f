/** Numbers from the first to the last, both included. */
export interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

/** Intervals in order, of which no two meet or touch. A /64 is one of them: nothing here counts addresses. */
export type Intervals = readonly Interval[];

/** How many intervals begin at or before a number. */
const countUpTo = (intervals: Intervals, value: bigint): number => {
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (intervals[middle]!.first <= value) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** True when a number lies in one of them. */
export const includes = (intervals: Intervals, value: bigint): boolean => {
  const before = intervals[countUpTo(intervals, value) - 1];
  return before !== undefined && value <= before.last;
};

/** The same numbers without this one. */
export const without = (intervals: Intervals, value: bigint): Intervals => {
  const at = countUpTo(intervals, value) - 1;
  const found = intervals[at];
  if (found === undefined || value > found.last) return intervals;
  const rest: Interval[] = [];
  if (found.first < value) rest.push({ first: found.first, last: value - 1n });
  if (value < found.last) rest.push({ first: value + 1n, last: found.last });
  return intervals.toSpliced(at, 1, ...rest);
};

/** The same numbers and this one. */
export const including = (intervals: Intervals, value: bigint): Intervals => {
  const next = countUpTo(intervals, value);
  const [before, after] = [intervals[next - 1], intervals[next]];
  if (before !== undefined && value <= before.last) return intervals;
  const joinsBefore = before !== undefined && before.last + 1n === value;
  const joinsAfter = after !== undefined && after.first === value + 1n;
  const joined = {
    first: joinsBefore ? before.first : value,
    last: joinsAfter ? after.last : value,
  };
  return intervals.toSpliced(next - Number(joinsBefore), Number(joinsBefore) + Number(joinsAfter), joined);
};

/** The numbers of intervals that may stand in any order and overlap. */
export const union = (intervals: readonly Interval[]): Intervals => {
  const joined: Interval[] = [];
  for (const each of intervals.toSorted((a, b) => (a.first < b.first ? -1 : 1))) {
    const before = joined.at(-1);
    if (before === undefined || each.first > before.last + 1n) joined.push(each);
    else if (each.last > before.last) joined[joined.length - 1] = { first: before.first, last: each.last };
  }
  return joined;
};
