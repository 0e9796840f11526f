import { describe, expect, it } from 'vitest';
import { failure, object, page } from '../api-server-fixture.ts';
import { localError, statusError } from '../request/api-error.ts';
import { chunkTaken, event, held, watching } from './reflector-fixture.ts';
import type { ReflectorEffect, ReflectorInput } from './reflector-input.ts';

const reset: ReflectorInput = { type: 'WatchFailed', error: localError('Unreachable', 'reset') };
const gone: ReflectorInput = { type: 'WatchFailed', error: statusError(failure(410, 'Expired')) };
const pauseExpired: ReflectorInput = { type: 'PauseExpired' };
const arrived = (body: unknown): ReflectorInput => ({ type: 'PageArrived', body });
const a1 = object('a', 'u-a', '1', 'one');

const first = <K extends ReflectorEffect<string>['type']>(
  effects: readonly ReflectorEffect<string>[],
  type: K,
) =>
  effects.find((effect) => effect.type === type) as Extract<ReflectorEffect<string>, { type: K }> | undefined;

describe('pace', () => {
  const pauses = (times: number, ...inputs: readonly ReflectorInput[]): (number | undefined)[] => {
    const { take } = watching([a1]);
    return Array.from({ length: times }, () => first(take(...inputs, pauseExpired), 'startPause')?.ms);
  };
  const opened: ReflectorInput = { type: 'WatchOpened' };

  it('slows down to 30 s, less its jitter, while the server cannot be reached', () => {
    expect(pauses(9, reset)).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it('slows down while every watch ends at once', () => {
    expect(pauses(4, { type: 'WatchEnded' }, opened).slice(0, 4)).toEqual([250, 500, 1000, 2000]);
  });

  it('slows down while every watch is told 410 after every list', () => {
    expect(pauses(4, gone, pauseExpired, arrived(page([a1], '10')))).toEqual([0, 500, 1000, 2000]);
  });

  it('slows down while every watch brings ERROR 500 after an event', () => {
    const { take } = watching([a1]);
    const ms = ['3', '4', '5'].map((version) => {
      const inputs = [
        event('ADDED', object('c', 'c', version, 'c')),
        event('ERROR', failure(500, 'InternalError')),
      ];
      return first(take(...inputs, pauseExpired, opened), 'startPause')?.ms;
    });
    expect(ms).toEqual([250, 500, 1000]);
  });

  it('waits as long as the server asks, within reason', () => {
    const asked = (retryAfter: number) => {
      const { take } = held();
      take({ type: 'Started' });
      return first(
        take({ type: 'ListFailed', error: { ...localError('Busy', ''), retryAfter } }),
        'startPause',
      )?.ms;
    };
    expect([asked(7000), asked(1e12)]).toEqual([7000, 120_000]);
  });
});

describe('the condition', () => {
  it('tells when the server is away, since when, and when it is back', () => {
    const { take, advance } = watching([a1]);
    advance(5_000);
    take(chunkTaken);
    expect(first(take(reset), 'tell')).toBeUndefined();
    advance(100);
    const effects = take(pauseExpired, reset);
    expect(first(effects, 'tell')?.condition).toEqual({ state: 'stale', because: 'reset', since: 6000 });
    expect(first(take(pauseExpired, reset), 'tell')).toBeUndefined();
    expect(first(take(pauseExpired, { type: 'WatchOpened' }), 'tell')?.condition.state).toBe('live');
  });
});
