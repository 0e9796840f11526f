import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NewFact } from '@vipcast/events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeFact, factLine, isExport, type Log, openJournal, readExport, verify } from './index.ts';
import { journalPlace } from './place.ts';
import { sampleFacts } from './sample-facts.ts';

let place: ReturnType<typeof journalPlace>;
let file: string;
beforeEach(() => {
  place = journalPlace();
  file = join(place.folder, 'log.jsonl');
});
afterEach(() => place.clean());

const linesOf = (log: Log): readonly string[] =>
  Array.from(log.stored(), (stored) => factLine(decodeFact(stored), stored.data));

const exported = (log: Log): Log => {
  writeFileSync(file, linesOf(log).join(''));
  return readExport(file);
};

const written = (data: unknown): Log => {
  const log = place.open();
  const [fact] = sampleFacts(1);
  log.writer('n7/speaker').append([{ ...fact, data } as unknown as NewFact]);
  return log;
};

describe('an export', () => {
  it('has one object a line, in the words of the envelope', () => {
    const log = place.open();
    const [fact] = sampleFacts(1) as [NewFact];
    const [recorded] = log.writer('n7/speaker').append([fact]);
    const [line] = linesOf(log);
    expect(JSON.parse(line!)).toEqual({
      ...fact,
      position: 1,
      writer: 'n7/speaker',
      epoch: 1,
      n: 1,
      recordedAt: recorded!.recordedAt,
      hash: Buffer.from(recorded!.hash).toString('hex'),
    });
    expect(line).toMatch(/^[^\n]*\n$/);
  });

  it('is read back as the log it was', () => {
    const log = place.open();
    log.writer('n7/speaker').append(sampleFacts(700));
    log.writer('n7/other').append(sampleFacts(4, 700));
    const copy = exported(log);
    expect([...copy.read()]).toEqual([...log.read()]);
    expect(Array.from(copy.stored(3), (fact) => fact.position)).toEqual(
      Array.from(log.stored(3), (fact) => fact.position),
    );
    for (const query of [
      { after: 100, until: 650, aggregates: ['route' as const], limit: 90 },
      { subject: 'vipcast.test.n7.vip.web', reverse: true, limit: 3 },
    ])
      expect([...copy.read(query)]).toEqual([...log.read(query)]);
    expect([copy.last(), copy.terms()]).toEqual([log.last(), log.terms()]);
    expect([...verify(copy)]).toEqual([]);
  });

  it('loses nothing, whatever the data is', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.uint8Array(),
      fc.double(),
      fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n }),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (data) => {
        const log = written(data);
        const copy = exported(log);
        expect([...copy.stored()].map(({ data, hash }) => [[...data], [...hash]])).toEqual(
          [...log.stored()].map(({ data, hash }) => [[...data], [...hash]]),
        );
        expect([...copy.read()]).toEqual([...log.read()]);
        expect([...verify(copy)]).toEqual([]);
        log.close();
      }),
      { numRuns: 30 },
    );
  });

  it('of a part keeps positions, and says that it is a part', () => {
    const log = place.open();
    log.writer('n7/speaker').append(sampleFacts(6));
    writeFileSync(file, linesOf(log).slice(2, 5).join(''));
    const copy = readExport(file);
    expect(Array.from(copy.read(), ({ position }) => position)).toEqual([3, 4, 5]);
    expect([...verify(copy)].map(({ kind, position }) => [kind, position])).toEqual([['gap', 3]]);
  });

  it('shows where it was changed', () => {
    const log = place.open();
    log.writer('n7/speaker').append(sampleFacts(6));
    const copy = exported(log);
    expect([...verify(copy)]).toEqual([]);
    writeFileSync(file, readFileSync(file, 'utf8').replace('SIGTERM 4', 'SIGTERM 5'));
    expect([...verify(readExport(file))].map(({ kind, position }) => [kind, position])).toEqual([
      ['rewrite', 5],
    ]);
  });

  it('passes over inputs', () => {
    const log = place.open();
    log.writer('n7/speaker').append(sampleFacts(2));
    const input = '{"position":1,"actor":"tor1","at":1,"input":{"type":"ManualStart"}}\n';
    writeFileSync(file, [...linesOf(log), input].join('\n'));
    expect([...readExport(file).read()]).toHaveLength(2);
  });

  it('takes nothing new', () => {
    const log = exported(place.open());
    expect(() => log.writer('n7/speaker')).toThrow('export');
    expect(() => log.ingest([])).toThrow('export');
    expect([log.last(), [...log.read()], log.terms()]).toEqual([0, [], []]);
  });

  it.each<[string, (line: string) => string, string]>([
    ['no JSON', () => 'vipcast', 'line 2: Unexpected token'],
    ['cut off', (line) => line.slice(0, 80), 'line 2: '],
    ['no object', () => '7', 'line 2: it is no object'],
    ['without a writer', (line) => line.replace('"writer"', '"author"'), 'line 2: writer is not a text'],
    ['with a text for n', (line) => line.replace('"n":2', '"n":"2"'), 'line 2: n is not a number'],
    ['with half a hash', (line) => line.replace(/"hash":"[0-9a-f]{16}/, '"hash":"'), 'line 2: hash is not'],
    ['without data', (line) => line.replace('"data"', '"date"'), 'line 2: data is missing'],
    ['there twice', (line) => line.replace('"position":2', '"position":1'), 'position 1 comes after 1'],
  ])('with a line that is %s is refused with its number', (_, spoil, message) => {
    const log = place.open();
    log.writer('n7/speaker').append(sampleFacts(3));
    const [first, second, third] = linesOf(log);
    writeFileSync(file, [first, `${spoil(second!).trimEnd()}\n`, third].join(''));
    expect(() => readExport(file)).toThrow(message);
  });

  it('is told from a journal', () => {
    const log = place.open();
    log.writer('n7/speaker').append(sampleFacts(1));
    const nameless = join(place.folder, 'report');
    writeFileSync(nameless, linesOf(log).join(''));
    writeFileSync(file, '');
    expect([isExport(file), isExport(nameless), isExport(place.file)]).toEqual([true, true, false]);
    expect(isExport(join(place.folder, 'missing'))).toBe(false);
    expect(() => readExport(join(place.folder, 'missing.jsonl'))).toThrow('no such file');
    expect(() => openJournal(nameless, { readOnly: true })).toThrow('not a vipcast journal');
  });
});
