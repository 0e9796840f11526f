import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBucket } from './bucket.ts';
import type { Notice } from './event.ts';
import { createSeriesBook, type EventRates, type SeriesBook } from './series.ts';

const RATES: EventRates = { objectBurst: 2, objectRefillMs: 1000, burst: 4, refillMs: 100 };

const notice = (name: string, reason = 'Announced', message = 'm'): Notice => ({
  object: { apiVersion: 'v1', kind: 'Service', namespace: 'default', name, uid: `u-${name}` },
  type: 'Normal',
  reason,
  message,
});
/** All that may be written at `at`, each under its key. */
const drain = (book: SeriesBook, at: number) => {
  const written: [string, number, string][] = [];
  for (let next = book.next(at); next !== undefined; next = book.next(at)) {
    written.push([next.notice.object.name, next.occurrences.count, next.name]);
    book.wrote(next.key, next.name || `event-${next.notice.object.name}`);
  }
  return written;
};

it('counts what happens again, in the Event there is', () => {
  const book = createSeriesBook(RATES, 0);
  book.add(notice('web'), 0);
  expect(drain(book, 0)).toEqual([['web', 1, '']]);
  book.add(notice('web', 'Announced', 'other words'), 1);
  expect(drain(book, 0)).toEqual([['web', 2, 'event-web']]);
});

it('lets one object write no faster than its tokens come back, and loses no count', () => {
  const book = createSeriesBook(RATES, 0);
  const written: unknown[] = [];
  for (let at = 0; at < 3000; at += 100) {
    book.add(notice('web'), at);
    written.push(...drain(book, at));
  }
  expect(written).toEqual([
    ['web', 1, ''],
    ['web', 2, 'event-web'],
    ['web', 11, 'event-web'],
    ['web', 21, 'event-web'],
  ]);
  expect(book.wait(2900)).toBe(100);
});

it('lets all objects together write no faster than theirs', () => {
  const book = createSeriesBook(RATES, 0);
  for (let i = 0; i < 10; i++) book.add(notice(`web${i}`), 0);
  expect(drain(book, 0)).toHaveLength(4);
  expect(book.wait(0)).toBe(100);
  expect(drain(book, 250)).toHaveLength(2);
});

it('begins a new Event for another reason, another object by that name, and after ten minutes', () => {
  const book = createSeriesBook({ ...RATES, objectBurst: 9, burst: 9 }, 0);
  book.add(notice('web'), 0);
  book.add(notice('web', 'Withdrawn'), 0);
  const web = notice('web');
  book.add({ ...web, object: { ...web.object, uid: 'other' } }, 0);
  expect(drain(book, 0)).toHaveLength(3);
  book.add(notice('web'), 600_000);
  expect(drain(book, 600_000)).toEqual([['web', 1, '']]);
});

it('writes again what failed, as a new Event when the old one is gone', () => {
  const book = createSeriesBook(RATES, 0);
  book.add(notice('web'), 0);
  const first = book.next(0);
  book.failed(first?.key ?? '', false);
  book.add(notice('web'), 0);
  expect(drain(book, 1000)).toEqual([['web', 2, '']]);
  book.add(notice('web'), 1000);
  const second = book.next(3000);
  expect(second?.name).toBe('event-web');
  book.failed(second?.key ?? '', true);
  expect(drain(book, 4000)).toEqual([['web', 3, '']]);
});

it('remembers a thousand series and no more', () => {
  const book = createSeriesBook({ ...RATES, burst: 5000 }, 0);
  for (let i = 0; i < 1500; i++) {
    book.add(notice(`web${i}`), 0);
    drain(book, 0);
  }
  for (const name of ['web499', 'web500']) book.add(notice(name), 0);
  expect(drain(book, 0)).toEqual([
    ['web499', 1, ''],
    ['web500', 1, ''],
  ]);
  book.add(notice('web502'), 0);
  expect(drain(book, 0)).toEqual([['web502', 2, 'event-web502']]);
});

it('lets the newest two hundred wait', () => {
  const book = createSeriesBook({ ...RATES, burst: 5000 }, 0);
  for (let i = 0; i < 900; i++) book.add(notice(`web${i}`), 0);
  const written = drain(book, 0).map(([name]) => name);
  expect(written).toEqual(Array.from({ length: 200 }, (_, i) => `web${i + 700}`));
  expect(book.wait(0)).toBeUndefined();
});

it('a bucket gives no more than its burst and what came back', () => {
  const wait = fc.nat({ max: 300 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 100 }),
      fc.array(wait),
      (burst, refill, waits) => {
        const bucket = createBucket(burst, refill, 0);
        let at = 0;
        let taken = 0;
        for (const ms of waits) {
          at += ms;
          if (bucket.take(at)) taken += 1;
          else expect(bucket.wait(at)).toBeLessThanOrEqual(refill);
          expect(taken).toBeLessThanOrEqual(burst + at / refill + 1e-6);
        }
      },
    ),
  );
});
