import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from './log.ts';
import { memoryLog } from './memory.ts';
import { journalPlace } from './place.ts';
import { sampleFacts } from './sample-facts.ts';
import { verify } from './verify.ts';

// Fewer than a statement takes, as many, more, and several statements' worth.
const COUNTS = [1, 31, 32, 33, 64, 100];

describe('facts that are written many at a time', () => {
  const place = journalPlace();
  let log: Log;
  beforeEach(() => {
    log = place.open();
  });
  afterEach(() => log.close());
  afterAll(place.clean);

  it.each(COUNTS)('are all there, in order, when %i are appended', (count) => {
    const writer = log.writer('n7/speaker');
    const before = log.last();
    const facts = sampleFacts(count);
    const recorded = writer.append(facts);
    const read = [...log.read({ after: before })];
    expect(read.map(({ id, data }) => ({ id, data }))).toEqual(facts.map(({ id, data }) => ({ id, data })));
    expect(read.map(({ position, n }) => [position, n])).toEqual(
      facts.map((_, i) => [before + i + 1, i + 1]),
    );
    expect(recorded.map(({ position, n }) => [position, n])).toEqual(
      read.map((fact) => [fact.position, fact.n]),
    );
    expect([...verify(log)]).toEqual([]);
  });

  it.each(COUNTS)('are all there, in order, when %i are ingested', (count) => {
    const other = memoryLog();
    other.writer(`n8/of-${count}`).append(sampleFacts(count));
    const foreign = [...other.stored()];
    const before = log.last();
    expect(log.ingest(foreign)).toEqual(foreign.map(() => 'recorded'));
    expect(Array.from(log.read({ after: before }), ({ id, n }) => [id, n])).toEqual(
      foreign.map(({ id }, i) => [id, i + 1]),
    );
    expect([...verify(log)]).toEqual([]);
  });

  it.each([0, 20, 31, 32, 39])('leave nothing behind when number %i of them cannot be written', (bad) => {
    const writer = log.writer('n7/speaker');
    const before = log.last();
    const facts = sampleFacts(40).map((fact, i) => (i === bad ? { ...fact, at: Number.NaN } : fact));
    expect(() => writer.append(facts)).toThrow(/NOT NULL/);
    expect(log.last()).toBe(before);
    const [only] = writer.append(sampleFacts(1, 500));
    expect(only).toMatchObject({ position: before + 1, n: 1 });
    expect(Array.from(log.read({ after: before }), ({ id }) => id)).toEqual([only?.id]);
    expect([...verify(log)]).toEqual([]);
  });
});
