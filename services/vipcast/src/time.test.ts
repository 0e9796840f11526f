import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatInstant, formatTime, parseDuration, parseMoment } from './time.ts';

const NOW = Date.parse('2026-11-23T09:56:07Z');

describe('moments', () => {
  it.each([
    ['now', NOW],
    ['-15m', NOW - 900_000],
    ['15m ago', NOW - 900_000],
    ['-1h30m', NOW - 5_400_000],
    ['-500ms', NOW - 500],
    ['2026-11-23T09:41:07Z', NOW - 900_000],
    ['2026-11-23t10:41:07.000+01:00', NOW - 900_000],
    ['2026-11-23 09:41:07.25Z', NOW - 899_750],
  ])('%s', (text, at) => {
    expect(parseMoment(text, NOW)).toEqual({ kind: 'time', at });
  });

  it('positions', () => {
    expect(parseMoment('seq:48211', NOW)).toEqual({ kind: 'seq', seq: 48211 });
  });

  it.each([
    '',
    '15m',
    '-',
    '-15',
    '-m',
    'tomorrow',
    'seq:',
    'seq:-1',
    'seq:1e3',
    'seq:9999999999999999',
    '2026-11-23',
    '2026-11-23T09:41:07',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-23T25:00:00Z',
    '-15m ago',
  ])('nothing else: %j', (text) => {
    expect(parseMoment(text, NOW)).toBeUndefined();
  });

  it('takes back every instant it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (at) => {
        expect(parseMoment(formatInstant(at), NOW)).toEqual({ kind: 'time', at });
      }),
    );
  });
});

describe('durations', () => {
  it.each([
    [-5, '0s'],
    [999, '0s'],
    [42_000, '42s'],
    [60_000, '1m'],
    [192_000, '3m12s'],
    [11_520_000, '3h12m'],
    [7_200_000, '2h'],
    [187_200_000, '2d4h'],
    [86_400_000, '1d'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    ['5s', 5000],
    ['500ms', 500],
    ['1m30s', 90_000],
    ['0s', 0],
    ['5', undefined],
    ['', undefined],
    ['-5s', undefined],
  ])('%j is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

describe('times', () => {
  it('stand to the second, and survive a clock that is out of its mind', () => {
    expect(formatTime(NOW + 0.7)).toBe('2026-11-23T09:56:07Z');
    expect(formatTime(1e300)).toBe('1e+300');
    expect(formatTime(Number.NaN)).toBe('NaN');
  });
});
