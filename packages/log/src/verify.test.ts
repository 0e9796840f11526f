import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryLog, openJournal, verify } from './index.ts';
import { journalPlace } from './place.ts';
import { sampleFacts } from './sample-facts.ts';

let place: ReturnType<typeof journalPlace>;
beforeEach(() => {
  place = journalPlace();
});
afterEach(() => place.clean());

const problemsOf = (file: string) => {
  const log = openJournal(file, { readOnly: true });
  try {
    return [...verify(log)];
  } finally {
    log.close();
  }
};

describe('the hash chain', () => {
  const tamper = (sql: string): readonly unknown[] => {
    const log = openJournal(place.file);
    log.writer('n7/speaker').append(sampleFacts(6));
    log.writer('n7/other').append(sampleFacts(4, 6));
    log.writer('n7/speaker').append(sampleFacts(2, 10));
    log.close();
    const db = new DatabaseSync(place.file);
    db.exec(sql);
    db.close();
    return problemsOf(place.file).map(({ kind, position, writer }) => `${kind} ${position} ${writer}`);
  };

  it('holds when nothing was touched', () => {
    expect(tamper('')).toEqual([]);
  });

  it.each([
    [
      "UPDATE facts SET body = CAST(substr(body, 1, 20) || x'ff' || substr(body, 22) AS BLOB) WHERE position = 3",
      'rewrite 3 n7/speaker',
    ],
    ['UPDATE facts SET at = at + 1 WHERE position = 8', 'rewrite 8 n7/other'],
    ["UPDATE facts SET ids = replace(ids, ' ', ' x') WHERE position = 6", 'rewrite 6 n7/speaker'],
    ['UPDATE facts SET subject = 1 WHERE position = 2', 'rewrite 2 n7/speaker'],
    [
      "UPDATE subjects SET name = name || 'x' WHERE id = (SELECT subject FROM facts WHERE position = 1)",
      undefined,
    ],
    ['DELETE FROM facts WHERE position = 2', 'gap 3 n7/speaker'],
    ['DELETE FROM facts WHERE position = 1', 'gap 2 n7/speaker'],
    ['DELETE FROM facts WHERE position > 11', 'gap 12 n7/speaker'],
    ['DELETE FROM facts WHERE position BETWEEN 7 AND 10', 'gap 13 n7/other'],
    [
      'INSERT INTO facts SELECT 20, writer, epoch, n, type, v, subject, at, recordedAt, ids, body FROM facts WHERE position = 4',
      'fork 20 n7/speaker',
    ],
  ])('shows after %s', (sql, problem) => {
    const problems = tamper(sql);
    if (problem === undefined) expect(problems).toContain('rewrite 1 n7/speaker');
    else expect(problems[0]).toBe(problem);
  });

  it('shows every rewritten fact, and no intact one', () => {
    expect(tamper('UPDATE facts SET v = 9 WHERE position IN (2, 5, 8)')).toEqual([
      'rewrite 2 n7/speaker',
      'rewrite 5 n7/speaker',
      'rewrite 8 n7/other',
    ]);
  });

  it('is what is documented, and the data is MessagePack', () => {
    const sha = (...parts: readonly (string | Uint8Array)[]): Buffer => {
      const hash = createHash('sha256');
      for (const part of parts) hash.update(part);
      return hash.digest().subarray(0, 16);
    };
    const log = openJournal(place.file);
    const facts = sampleFacts(2);
    log.writer('n7/speaker').append(facts);
    const stored = [...log.stored()];
    // A map of one pair, a string of 6 bytes, a string of 9: https://github.com/msgpack/msgpack/blob/master/spec.md
    expect(Buffer.from(stored[0]?.data ?? []).toString('latin1')).toBe('\x81\xa6reason\xa9SIGTERM 0');
    let previous = sha('n7/speaker');
    facts.forEach(({ id, type, v, subject, at, causationId, correlationId }, i) => {
      const numbers = Buffer.alloc(32);
      [1, i + 1, v, at].forEach((number, k) => void numbers.writeDoubleBE(number, k * 8));
      const texts = [type, subject, id, causationId, correlationId].join(' ');
      previous = sha(previous, numbers, texts, '\0', stored[i]?.data ?? '');
      expect(Buffer.from(stored[i]?.hash ?? [])).toEqual(previous);
    });
    log.close();
  });

  it('is the same in memory', () => {
    const facts = sampleFacts(5);
    const log = openJournal(place.file);
    const inFile = log.writer('n7/speaker').append(facts);
    const inMemory = memoryLog().writer('n7/speaker').append(facts);
    expect(inMemory.map((fact) => fact.hash)).toEqual(inFile.map((fact) => fact.hash));
    log.close();
  });
});
