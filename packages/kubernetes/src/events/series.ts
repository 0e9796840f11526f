import { type Bucket, createBucket } from './bucket.ts';
import type { InvolvedObject, Notice, Occurrences } from './event.ts';

/** Everything told of one object with one reason. */
interface Series {
  notice: Notice;
  occurrences: Occurrences;
  /** The Event that was made of it; '' before there is one. */
  name: string;
}

/** An Event to write: a new one when `name` is ''. */
export interface Writing {
  readonly key: string;
  readonly name: string;
  readonly notice: Notice;
  readonly occurrences: Occurrences;
}

/** How much may be written. */
export interface EventRates {
  /** Events of one object at once, and how long each of those takes to come back, in milliseconds. */
  readonly objectBurst: number;
  readonly objectRefillMs: number;
  /** The same for all objects together. */
  readonly burst: number;
  readonly refillMs: number;
}

/** Gathers notices into series and says which may be written. Pure but for its own state. */
export interface SeriesBook {
  /** @param wall milliseconds since 1970 */
  readonly add: (notice: Notice, wall: number) => void;
  /** The next that may be written at `at`, and takes its tokens. */
  readonly next: (at: number) => Writing | undefined;
  /** How long until something may be written; `undefined` when nothing waits. */
  readonly wait: (at: number) => number | undefined;
  /** The Event was written under this name. */
  readonly wrote: (key: string, name: string) => void;
  /** The Event is gone, or could not be written: it is to be written again, as a new one when it is gone. */
  readonly failed: (key: string, gone: boolean) => void;
}

/** More series than this are not remembered: the oldest is dropped. */
const MOST_SERIES = 1_000;
/**
 * More than these do not wait to be written: the one that waits longest is given up. Thousands of Services may be
 * concluded about at once, on each node, and what comes out an hour late helps nobody.
 */
const MOST_WAITING = 200;
/** A series that rested this long is over; the API server forgets Events after an hour. */
const SERIES_MS = 10 * 60_000;

const idOf = ({ apiVersion, kind, namespace = '', name, uid }: InvolvedObject): string =>
  JSON.stringify([apiVersion, kind, namespace, name, uid]);

/** Nothing told yet. */
export const createSeriesBook = (rates: EventRates, start: number): SeriesBook => {
  const series = new Map<string, Series>();
  /** Keys of those that are to be written, the one that waits longest first. */
  const waiting = new Set<string>();
  const buckets = new Map<string, Bucket>();
  const whole = createBucket(rates.burst, rates.refillMs, start);

  const bucketOf = (object: InvolvedObject, at: number): Bucket => {
    const id = idOf(object);
    const bucket = buckets.get(id) ?? createBucket(rates.objectBurst, rates.objectRefillMs, at);
    buckets.set(id, bucket);
    if (buckets.size > MOST_SERIES) buckets.delete(buckets.keys().next().value ?? '');
    return bucket;
  };
  const forget = (key: string): void => {
    series.delete(key);
    waiting.delete(key);
  };
  const oldestOf = (keys: Iterator<string>): string => keys.next().value ?? '';

  const wait = (key: string): void => {
    waiting.add(key);
    if (waiting.size > MOST_WAITING) waiting.delete(oldestOf(waiting.values()));
  };
  /** Often asked while many wait: nobody is looked at who need not be. */
  function* waitingSeries(): Generator<readonly [string, Series]> {
    for (const key of waiting) {
      const one = series.get(key);
      if (one !== undefined) yield [key, one];
    }
  }
  const shortestWait = (at: number): number => {
    let shortest = Number.POSITIVE_INFINITY;
    for (const [, { notice }] of waitingSeries()) {
      shortest = Math.min(shortest, bucketOf(notice.object, at).wait(at));
      if (shortest === 0) break;
    }
    return shortest;
  };

  return {
    add: (notice, wall) => {
      const key = JSON.stringify([idOf(notice.object), notice.type, notice.reason]);
      const known = series.get(key);
      const goesOn = known !== undefined && wall - known.occurrences.lastAt < SERIES_MS;
      const { count, firstAt } = goesOn ? known.occurrences : { count: 0, firstAt: wall };
      series.delete(key);
      series.set(key, {
        notice,
        occurrences: { count: count + 1, firstAt, lastAt: wall },
        name: goesOn ? known.name : '',
      });
      if (series.size > MOST_SERIES) forget(oldestOf(series.keys()));
      wait(key);
    },
    next: (at) => {
      if (whole.wait(at) > 0) return undefined;
      for (const [key, { name, notice, occurrences }] of waitingSeries()) {
        if (!bucketOf(notice.object, at).take(at)) continue;
        whole.take(at);
        waiting.delete(key);
        return { key, name, notice, occurrences };
      }
      return undefined;
    },
    wait: (at) => (waiting.size === 0 ? undefined : Math.max(whole.wait(at), shortestWait(at))),
    wrote: (key, name) => {
      const one = series.get(key);
      if (one !== undefined) one.name = name;
    },
    failed: (key, gone) => {
      const one = series.get(key);
      if (one === undefined) return;
      wait(key);
      if (gone) one.name = '';
    },
  };
};
