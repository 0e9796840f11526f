import { describe, expect, it } from 'vitest';
import type { StoredFact } from '../log.ts';
import { memoryLog } from '../memory.ts';
import { sampleFacts } from '../sample-facts.ts';
import { createEcho } from './echo.ts';
import { featureLevel } from './feature-level.ts';
import { createWaitingRoom } from './waiting-room.ts';

const sender = memoryLog();
const early = sender.writer('n8/speaker');
early.append(sampleFacts(6));
sender.writer('n8/speaker').append(sampleFacts(3, 6));
const facts = [...sender.stored()];
const at = (...positions: readonly number[]): readonly StoredFact[] =>
  positions.map((position) => facts[position - 1] as StoredFact);

const ids = (log: ReturnType<typeof memoryLog>): readonly string[] => Array.from(log.read(), ({ id }) => id);

describe('facts that overtook others', () => {
  it('wait until those are there', () => {
    const log = memoryLog();
    const room = createWaitingRoom(log, { now: () => 0, patience: 10 });
    room.take(at(1));
    room.take(at(5, 4, 9, 7));
    room.take(at(3));
    expect([log.last(), room.size()]).toEqual([1, 5]);
    room.take(at(2));
    expect([log.last(), room.size()]).toEqual([5, 2]);
    room.take(at(6, 8, 8));
    expect(ids(log)).toEqual(facts.map(({ id }) => id));
    expect(room.size()).toBe(0);
  });

  it('go on without them when those never come', () => {
    let now = 0;
    const log = memoryLog();
    const room = createWaitingRoom(log, { now: () => now, patience: 10 });
    room.take(at(1, 3, 4));
    now = 10;
    expect(room.giveUp()).toBe(0);
    now = 11;
    expect(room.giveUp()).toBe(2);
    expect(ids(log)).toEqual(at(1, 3, 4).map(({ id }) => id));
    expect(room.size()).toBe(0);
  });
});

describe('our own facts coming back', () => {
  const listen = (whole: boolean, positions: readonly number[]) => {
    const echo = createEcho(sender.terms);
    echo.reset(whole);
    return at(...positions).map((fact) => {
      const missing = echo.missingBefore(fact);
      return missing && sender.positionOf(missing);
    });
  };

  it.each([
    ['all of them', true, [1, 2, 3, 4, 5, 6, 7, 8, 9], []],
    ['some of them twice', true, [1, 2, 1, 2, 3, 4, 5, 6, 7, 3, 8, 9], []],
    ['a hole', true, [1, 2, 5, 6, 7], [3]],
    ['the end of an epoch missing', true, [1, 2, 3, 4, 7], [5]],
    ['the beginning of an epoch missing', true, [1, 2, 3, 4, 5, 6, 9], [7]],
    ['the first ones missing from a whole stream', true, [3], [1]],
    ['a stream taken up in the middle', false, [5, 6, 7], []],
  ] as const)('with %s', (_, whole, positions, expected) => {
    expect(listen(whole, positions).filter((missing) => missing !== undefined)).toEqual(expected);
  });
});

describe('the feature level of a server', () => {
  it.each([
    ['2.14.5', [], '2.14: all that is asked for'],
    ['2.14.5', ['num_replicas is 1, not 3'], '2.14: num_replicas is 1, not 3'],
    ['2.11.0-preview', [], '2.11: acknowledges each fact by itself'],
    ['2.14.0-preview', [], '2.14: all that is asked for'],
  ])('%s', (version, differences, expected) => {
    expect(featureLevel(version, differences)).toBe(expected);
  });

  it('says what 2.9 lacks', () => {
    expect(featureLevel('2.9.10', [])).toMatch(/^2\.9: .*sync_interval.*uncompressed/);
  });
});
