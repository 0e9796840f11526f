import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ForeignFact, Log } from './log.ts';
import { memoryLog } from './memory.ts';
import { openNotes, raiseEpochs } from './notes.ts';
import { journalPlace } from './place.ts';
import { sampleFacts } from './sample-facts.ts';
import { verify } from './verify.ts';

/** The facts of another node: two writers, the first in two epochs that take turns, as two commands at once do. */
const foreignFacts = (): readonly ForeignFact[] => {
  const log = memoryLog();
  const [first, other] = [log.writer('n8/operator'), log.writer('n8/speaker')];
  first.append(sampleFacts(3));
  const second = log.writer('n8/operator');
  second.append(sampleFacts(2, 3));
  first.append(sampleFacts(1, 5));
  other.append(sampleFacts(4, 6));
  second.append(sampleFacts(2, 10));
  return [...log.stored()];
};

const accountOf = (log: Log, writer: string) =>
  Array.from(log.stored())
    .filter((fact) => fact.writer === writer)
    .map(({ position: _, recordedAt: __, ...fact }) => fact);

const accountIn = (facts: readonly ForeignFact[], writer: string) =>
  facts
    .filter((fact) => fact.writer === writer)
    .map((fact) => {
      const {
        position: _,
        recordedAt: __,
        ...rest
      } = fact as ForeignFact & {
        position: number;
        recordedAt: number;
      };
      return { ...rest, hash: Uint8Array.from(rest.hash), data: Uint8Array.from(rest.data) };
    });

const bytes = (fact: ForeignFact): ForeignFact => ({
  ...fact,
  hash: Uint8Array.from(fact.hash),
  data: Uint8Array.from(fact.data),
});

const places = {
  memory: () => {
    const log = memoryLog();
    return { open: () => log, clean: () => log.close() };
  },
  journal: journalPlace,
};

describe.each(['memory', 'journal'] as const)('facts of another node in a %s', (kind) => {
  const facts = foreignFacts();
  let place: ReturnType<(typeof places)['memory']>;
  let log: Log;
  beforeEach(() => {
    place = places[kind]();
    log = place.open();
  });
  afterEach(() => place.clean());

  it('keep their own place, among those of this node', () => {
    log.writer('n7/speaker').append(sampleFacts(2, 50));
    expect(log.ingest(facts)).toEqual(facts.map(() => 'recorded'));
    log.writer('n7/speaker').append(sampleFacts(1, 60));
    for (const writer of ['n8/operator', 'n8/speaker'])
      expect(accountOf(log, writer).map(bytes)).toEqual(accountIn(facts, writer));
    expect(Array.from(log.read(), ({ position }) => position)).toEqual(
      Array.from({ length: facts.length + 3 }, (_, i) => i + 1),
    );
    expect([...verify(log)]).toEqual([]);
    expect(log.positionOf({ writer: 'n8/operator', epoch: 1, n: 4 })).toBe(8);
    expect(log.terms().filter(({ writer }) => writer === 'n8/operator')).toEqual([
      { writer: 'n8/operator', epoch: 1, n: 4 },
      { writer: 'n8/operator', epoch: 2, n: 4 },
    ]);
    expect(Array.from(log.stored(0, { node: 'n7' }), ({ writer }) => writer)).toEqual(
      Array(3).fill('n7/speaker'),
    );
  });

  it('are recorded once and in order, in whatever order and however often they come', () => {
    const deliveries = fc.array(fc.integer({ min: 0, max: facts.length - 1 }), { maxLength: 40 });
    fc.assert(
      fc.property(deliveries, (indexes) => {
        const one = memoryLog();
        for (const index of indexes) one.ingest([facts[index] as ForeignFact]);
        // Those still missing come in the end, as a writer that hears of a hole ships them again.
        one.ingest(facts);
        for (const writer of ['n8/operator', 'n8/speaker'])
          expect(accountOf(one, writer).map(bytes)).toEqual(accountIn(facts, writer));
        expect([...verify(one)]).toEqual([]);
      }),
    );
  });

  it('are early when one before them is missing, and leave a gap when it never comes', () => {
    const [one, , three, four] = facts as [ForeignFact, ForeignFact, ForeignFact, ForeignFact];
    expect(log.ingest([one, three, four])).toEqual(['recorded', 'early', 'early']);
    expect(log.ingest([three, four], { gaps: true })).toEqual(['recorded', 'recorded']);
    expect(Array.from(verify(log), ({ kind }) => kind)).toEqual(['gap']);
  });

  it('are refused when they contradict what is here', () => {
    const [one, two] = facts as [ForeignFact, ForeignFact];
    log.ingest([one]);
    const forged = { ...two, type: 'vip.Withdrawn' } as ForeignFact;
    expect(log.ingest([forged])).toEqual(['early']);
    expect(log.ingest([forged], { gaps: true })).toEqual(['refused']);
    for (const data of [Uint8Array.of(), Uint8Array.of(0x92, 1)])
      expect(log.ingest([{ ...two, data }])).toEqual(['refused']);
    // The three ids are hashed and kept as one text: spaces in them would make two facts of one hash.
    const { id, causationId } = two;
    for (const ids of [{ id: `${id} x` }, { causationId: `${causationId} x` }, { correlationId: ' ' }])
      expect(log.ingest([{ ...two, ...ids }], { gaps: true })).toEqual(['refused']);
    expect(log.ingest([two])).toEqual(['recorded']);
    expect([...verify(log)]).toEqual([]);
  });

  it('begin a new chain when their writer lost its journal, and its old epochs are over', () => {
    const reborn = memoryLog();
    for (let i = 0; i < 4; i++) reborn.writer('n8/operator');
    reborn.writer('n8/operator').append(sampleFacts(2, 70));
    log.ingest(facts.slice(0, 5));
    expect(log.ingest([...reborn.stored()])).toEqual(['recorded', 'recorded']);
    expect(log.ingest([facts[5] as ForeignFact])).toEqual(['early']);
    expect(log.ingest([facts[5] as ForeignFact], { gaps: true })).toEqual(['refused']);
    expect([...verify(log)]).toEqual([]);
  });

  it('wake those who follow and listen', async () => {
    let listened = 0;
    const followed: number[] = [];
    log.listen(() => {
      listened += 1;
    });
    log.follow({ after: 0 }, (batch) => followed.push(...batch.map(({ position }) => position)));
    log.ingest(facts);
    expect([listened, followed]).toEqual([0, []]);
    await new Promise(setImmediate);
    expect(listened).toBeGreaterThan(0);
    expect(followed).toEqual(facts.map((_, i) => i + 1));
    const before = listened;
    log.ingest(facts);
    await new Promise(setImmediate);
    expect(listened).toBe(before);
  });
});

describe('the notes in a journal', () => {
  const place = journalPlace();
  afterEach(() => place.clean());

  it('keep what they are told, and let epochs begin above a floor', () => {
    const log = place.open();
    expect(log.writer('n7/a').epoch).toBe(1);
    const notes = openNotes(place.file);
    expect(notes.get('cursor')).toBeUndefined();
    notes.set('cursor', { sequence: 7 });
    raiseEpochs(notes, 1_790_000_000.5);
    raiseEpochs(notes, 5);
    notes.setPresence({ node: 'n8', at: 2, present: false });
    notes.setPresence({ node: 'n8', at: 1, present: true });
    notes.close();
    const epochs = ['n7/a', 'n7/b', 'n7/a'].map((name) => place.open().writer(name).epoch);
    expect(epochs).toEqual([1_790_000_001, 1_790_000_001, 1_790_000_002]);
    const again = openNotes(place.file, { readOnly: true });
    expect(again.get('cursor')).toEqual({ sequence: 7 });
    expect(again.presence()).toEqual([
      { node: 'n8', at: 1, present: true },
      { node: 'n8', at: 2, present: false },
    ]);
    again.close();
  });
});
