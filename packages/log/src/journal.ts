import type { DatabaseSync } from 'node:sqlite';
import type { MessagePort } from 'node:worker_threads';
import type { RecordedFact } from '@vipcast/events';
import type { Dictionaries } from './fact-row.ts';
import { createFollowers } from './followers.ts';
import { createHolding, type HeldMessage, type Holding, type HoldingEvents, NO_HOLDING } from './holding.ts';
import { explained, JournalError } from './journal-error.ts';
import { openJournalFile } from './journal-file.ts';
import { createJournalIngester } from './journal-ingester.ts';
import { createJournalReader, type JournalReader } from './journal-reader.ts';
import { createJournalWriter } from './journal-writer.ts';
import type { Log, Term } from './log.ts';
import { openNames } from './names.ts';
import { joinNeighbours } from './neighbours.ts';
import { PAGE, readPages } from './page.ts';
import { createRecent } from './recent.ts';
import { createTail, type Tail } from './tail.ts';
import { createTransaction } from './transaction.ts';
import { createWriteBack, NO_WRITE_BACK } from './write-back.ts';

export interface JournalOptions {
  /** Never writes to the file, nor beside it if nothing may be written there. */
  readonly readOnly?: boolean;
  /**
   * From the thread that has the file open already (`lineToJournal`): each hears at once what the other appends, and
   * only the other one ever waits for the disk.
   */
  readonly line?: MessagePort;
  /**
   * Told when new facts cannot be read for followers (disk full and damaged files have no caller to throw at there).
   * Default: a process warning.
   */
  readonly onTrouble?: (error: Error) => void;
  /**
   * Given, facts that cannot be written are held in memory, where followers in this process have them, until they can:
   * for a daemon, which goes on. Its WAL is written back apart from appends. Left out, `append` throws: for a command,
   * which ends.
   */
  readonly holding?: HoldingEvents;
  /** Called after other threads were told of new facts, and before anything else is done here. */
  readonly onTold?: () => void;
}

/** Warns when the trouble changes, not each time it is met. */
const warner = (onTrouble: (error: Error) => void): ((error: unknown) => void) => {
  let met = '';
  return (error) => {
    if (!(error instanceof JournalError)) throw error;
    if (error.message !== met) onTrouble(error);
    met = error.message;
  };
};

/** How far writers came, with what is not written yet. */
const withHeld = (written: readonly Term[], held: readonly Term[]): readonly Term[] => {
  const isSame = (a: Term, b: Term): boolean => a.writer === b.writer && a.epoch === b.epoch;
  return [...written.filter((term) => !held.some((each) => isSame(each, term))), ...held];
};

interface Parts {
  readonly db: DatabaseSync;
  readonly reader: JournalReader;
  readonly claim: Log['writer'];
  readonly ingest: Log['ingest'];
  readonly tail: Tail;
  readonly holding: Holding;
}

const openParts = (
  file: string,
  { readOnly = false, holding: events, line }: JournalOptions,
  onAppended: (facts: readonly RecordedFact[], bodies: readonly Uint8Array[]) => void,
  onIngested: (last: number) => void,
  onHeld: (message: HeldMessage) => void,
): Parts => {
  const db = openJournalFile(file, readOnly, line === undefined);
  const refuse = (): never => {
    throw new JournalError(file, 'read-only', 'it was opened for reading');
  };
  try {
    return explained(file, () => {
      const dictionaries: Dictionaries = {
        types: openNames(db, 'types'),
        subjects: openNames(db, 'subjects'),
        writers: openNames(db, 'writers'),
      };
      const reader = createJournalReader(db, file, dictionaries);
      // A truncated file lacks its newest facts: say so now.
      reader.last();
      const tail = createTail(reader.chronicleOf);
      if (readOnly) return { db, reader, claim: refuse, ingest: refuse, tail, holding: NO_HOLDING };
      const transaction = createTransaction(db, file, dictionaries);
      const ingest = createJournalIngester(db, transaction, dictionaries, reader.chronicleOf, () =>
        onIngested(reader.last()),
      );
      const holding = events === undefined ? NO_HOLDING : createHolding(tail, ingest, events, onHeld);
      return {
        db,
        reader,
        claim: createJournalWriter(db, transaction, dictionaries, { holding, tail }, onAppended),
        ingest: (facts, options) =>
          holding.orHold(
            () => ingest(facts, options),
            () => tail.take(facts, options?.gaps ?? false),
          ),
        tail,
        holding,
      };
    });
  } catch (error) {
    db.close();
    throw error;
  }
};

/**
 * Opens a journal: a log in one SQLite file, for any number of threads and processes of one host, each with its own
 * `openJournal`. A new file is made where there is none.
 * @throws JournalError when the file is missing (`readOnly`), not a journal, from a newer version, damaged or out of
 * reach
 */
export const openJournal = (file: string, options: JournalOptions = {}): Log => {
  const { readOnly = false, onTrouble = (error: Error) => process.emitWarning(error), onTold } = options;
  const { db, reader, claim, ingest, tail, holding } = openParts(
    file,
    options,
    (facts, bodies) => {
      recent.add(facts, bodies);
      onGrown(facts.at(-1)?.position ?? newest);
    },
    (last) => onGrown(last),
    (message) => onHeld(message),
  );
  const recent = createRecent(reader);
  const followers = createFollowers({ last: reader.last, page: recent.page }, warner(onTrouble), tail);

  const neighbours = joinNeighbours(file, options.line, (news) => {
    if (news === 'ask') {
      const held = holding.message();
      if (held !== undefined) neighbours.tell(held);
    } else if ('last' in news) {
      told = Math.max(told, news.last);
      writeBack.grown(news.last);
      if (news.facts.length > 0) recent.hear(news.facts);
      followers.deliver(news.last);
    } else {
      holding.hear(news);
      followers.deliver(newest);
    }
  });
  const writeBack =
    options.holding === undefined || options.line !== undefined ? NO_WRITE_BACK : createWriteBack(db);
  let newest = 0;
  let posted = 0;
  /** So far everybody has heard, whoever told them. */
  let told = 0;
  let announcing = false;
  let closed = false;
  const tell = (last: number): void => {
    neighbours.tell({ last, facts: recent.after(told) });
    told = Math.max(told, last);
  };
  const post = (): void => {
    if (newest === posted) return;
    tell(newest);
    posted = newest;
    onTold?.();
  };
  const announce = (): void => {
    announcing = false;
    if (closed) return;
    post();
    followers.deliver(newest);
  };
  // Other threads hear of it at once, and of a long run while it goes on: the speaker is one of them, and this thread's
  // followers take their time.
  const onGrown = (last: number): void => {
    newest = last;
    writeBack.grown(last);
    if (!announcing || newest - posted >= PAGE) post();
    if (announcing) return;
    announcing = true;
    queueMicrotask(announce);
  };
  const onHeld = (message: HeldMessage): void => {
    // What is in the file was decided before.
    post();
    neighbours.tell(message);
    queueMicrotask(() => {
      if (!closed) followers.deliver(newest);
    });
  };
  // Others may hold what this thread, which has just begun, cannot read in the file.
  if (options.holding !== undefined) neighbours.tell('ask');
  const refresh = (): void => {
    const last = reader.last();
    recent.reach(last);
    if (!readOnly) tell(last);
    followers.deliver(last);
  };

  return {
    writer: claim,
    ingest,
    read: (query = {}) => ({ [Symbol.iterator]: () => readPages(reader, query) }),
    follow: followers.follow,
    listen: followers.listen,
    refresh,
    last: reader.last,
    positionOf: reader.positionOf,
    stored: (after = 0, by) => ({ [Symbol.iterator]: () => reader.stored(after, by) }),
    held: (after = 0) => tail.after(after),
    trouble: holding.trouble,
    terms: () => (tail.size() === 0 ? reader.terms() : withHeld(reader.terms(), tail.terms())),
    close: () => {
      holding.stop();
      writeBack.stop();
      closed = true;
      post();
      followers.stop();
      neighbours.leave();
      explained(file, () => db.close());
    },
  };
};
