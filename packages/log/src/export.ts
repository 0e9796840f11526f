import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { RecordedFact } from '@vipcast/events';
import { type ExportedFact, readFactLine } from './export-line.ts';
import { factPages } from './fact-pages.ts';
import { createFollowers } from './followers.ts';
import { JournalError } from './journal-error.ts';
import { isAuthor, type Log, NOTHING_HELD, type StoredFact, type Term } from './log.ts';
import { readPages } from './page.ts';

const NEWLINE = 10;
const BRACE = '{'.charCodeAt(0);

/** True for a file that `vipcast log export` may have written: it is named `*.jsonl`, or begins as JSON does. */
export const isExport = (file: string): boolean => {
  if (file.endsWith('.jsonl')) return true;
  try {
    const first = Buffer.alloc(1);
    const descriptor = openSync(file, 'r');
    try {
      return readSync(descriptor, first) === 1 && first[0] === BRACE;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
};

const textsIn = function* (bytes: Buffer): Generator<string, void> {
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, from);
    const end = newline < 0 ? bytes.length : newline;
    if (end > from) yield bytes.toString('utf8', from, end);
    from = end + 1;
  }
};

const read = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new JournalError(file, missing ? 'missing' : 'unreadable', (error as Error).message, error);
  }
};

const factsIn = function* (file: string): Generator<ExportedFact, void> {
  let number = 0;
  let last = 0;
  for (const text of textsIn(read(file))) {
    number++;
    try {
      const exported = readFactLine(text);
      if (exported === undefined) continue;
      const { position } = exported.fact;
      if (position <= last) throw new SyntaxError(`position ${position} comes after ${last}`);
      last = position;
      yield exported;
    } catch (error) {
      throw new JournalError(file, 'damaged', `line ${number}: ${(error as Error).message}`, error);
    }
  }
};

const termsOf = (facts: readonly RecordedFact[]): readonly Term[] => {
  const terms = new Map<string, Term>();
  for (const { writer, epoch, n } of facts) {
    const key = JSON.stringify([writer, epoch]);
    terms.set(key, { writer, epoch, n: Math.max(n, terms.get(key)?.n ?? 0) });
  }
  return [...terms.values()];
};

/**
 * Reads a file of exported facts (`factLine`) as a log, positions and hashes as they were. It is held in memory, does
 * not grow, and cannot be appended to.
 * @throws JournalError naming the file, the line and what is wrong with it
 */
export const readExport = (file: string): Log => {
  const facts: RecordedFact[] = [];
  const stored: StoredFact[] = [];
  for (const { fact, body } of factsIn(file)) {
    facts.push(fact);
    stored.push({ ...fact, data: body });
  }
  const pages = factPages(facts);
  const followers = createFollowers(pages, (error) => {
    throw error;
  });
  const deliver = (): void => followers.deliver(pages.last());
  const refuse = (): never => {
    throw new JournalError(file, 'read-only', 'it is an export');
  };
  return {
    writer: refuse,
    ingest: refuse,
    read: (query = {}) => ({ [Symbol.iterator]: () => readPages(pages, query) }),
    follow: followers.follow,
    listen: followers.listen,
    refresh: deliver,
    last: pages.last,
    positionOf: ({ writer, epoch, n }) =>
      facts.findLast((fact) => fact.writer === writer && fact.epoch === epoch && fact.n === n)?.position,
    stored: (after = 0, by) =>
      stored.filter(({ position, writer }) => position > after && (by === undefined || isAuthor(by, writer))),
    held: () => NOTHING_HELD,
    trouble: () => undefined,
    terms: () => termsOf(facts),
    close: followers.stop,
  };
};
