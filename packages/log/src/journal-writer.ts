import type { DatabaseSync } from 'node:sqlite';
import type { NewFact, RecordedFact } from '@vipcast/events';
import { firstLink, LINK, link, linkFrom } from './chain.ts';
import { encode } from './encoding.ts';
import type { Dictionaries } from './fact-row.ts';
import type { Holding } from './holding.ts';
import { joinIds } from './ids.ts';
import type { Chronicle } from './ingestion.ts';
import { createInsertion } from './insertion.ts';
import type { ForeignFact, Writer } from './log.ts';
import { EPOCH_FLOOR } from './notes.ts';
import type { Tail } from './tail.ts';
import type { Transaction } from './transaction.ts';

/** The next epoch of a writer, for one that cannot write down that it claims it. */
const claimUnwritten = ({ reached }: Chronicle, floor: number): number => {
  // A floor is set where the log is replicated: by the second, and this one could not be noted.
  const least = floor === 0 ? 0 : Math.max(floor, Math.floor(Date.now() / 1000));
  return Math.max(least, ...reached.keys()) + 1;
};

/**
 * The writing half of a journal: claims epochs. `onAppended` is called after each commit that added facts.
 */
export const createJournalWriter = (
  db: DatabaseSync,
  transaction: Transaction,
  { types, subjects, writers }: Dictionaries,
  { holding, tail }: { readonly holding: Holding; readonly tail: Tail },
  onAppended: (facts: readonly RecordedFact[], bodies: readonly Uint8Array[]) => void,
): ((name: string) => Writer) => {
  const claim = db.prepare(`
    INSERT INTO terms SELECT ?1, max(
      (SELECT coalesce(max(epoch), 0) FROM terms WHERE writer = ?1),
      (SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM notes WHERE key = '${EPOCH_FLOOR}')
    ) + 1, 0 RETURNING epoch`);
  const claimLate = db.prepare('INSERT OR IGNORE INTO terms (writer, epoch, n) VALUES (?, ?, 0)');
  const getFloor = db.prepare(
    `SELECT CAST(value AS INTEGER) AS floor FROM notes WHERE key = '${EPOCH_FLOOR}'`,
  );
  const getHead = db.prepare('SELECT head FROM writers WHERE id = ?');
  const setHead = db.prepare('UPDATE writers SET head = ? WHERE id = ?');
  const advance = db.prepare('UPDATE terms SET n = ? WHERE writer = ? AND epoch = ? AND n = ?');
  const getLast = db.prepare('SELECT max(position) AS last FROM facts');
  const beginInsertion = createInsertion(db);

  return (name) => {
    let claimed = true;
    const epoch = holding.orHold(
      () => transaction(() => Number(claim.get(writers.idOf(name))?.epoch)),
      () => {
        claimed = false;
        return claimUnwritten(tail.chronicleOf(name), Number(getFloor.get()?.floor ?? 0));
      },
    );
    let n = 0;
    let latest = firstLink(name);

    const record = (facts: readonly NewFact[], bodies: readonly Buffer[]): readonly RecordedFact[] => {
      const writer = writers.idOf(name);
      const recordedAt = Date.now();
      // Another process may have claimed a later epoch of this writer: there is one chain through them all.
      const head = getHead.get(writer)?.head;
      let current = head instanceof Uint8Array ? linkFrom(head) : firstLink(name);
      let position = Number(getLast.get()?.last ?? 0);
      if (!claimed) claimLate.run(writer, epoch);
      const rows = beginInsertion(facts.length);
      const recorded = facts.map((fact, i): RecordedFact => {
        const { id, type, v, subject, at, causationId, correlationId, data } = fact;
        const body = bodies[i] as Buffer;
        const hash = new Uint8Array(body.buffer, body.byteOffset, LINK);
        position += 1;
        // biome-ignore format: one line shows that it is all of it
        const made = { id, type, v, subject, at, causationId, correlationId, data, writer: name, epoch, n: n + i + 1, hash, position, recordedAt } as RecordedFact;
        const ids = joinIds(fact);
        current = link(current, made, ids, body, LINK);
        body.write(current, 0, LINK, 'latin1');
        // biome-ignore format: one line shows that it is the row
        rows.add(writer, epoch, made.n, types.idOf(type), v, subjects.idOf(subject), at, recordedAt, ids, body);
        return made;
      });
      rows.end();
      setHead.run(Buffer.from(current, 'latin1'), writer);
      if (advance.run(n + facts.length, writer, epoch, n).changes !== 1) {
        throw new Error(`${name} has appended in epoch ${epoch} from elsewhere`);
      }
      return recorded;
    };

    /** Keeps them in memory, with the places that they will have. */
    const hold = (facts: readonly NewFact[], bodies: readonly Buffer[]): readonly RecordedFact[] => {
      let { head } = tail.chronicleOf(name, { head: latest, reached: new Map([[epoch, n]]) });
      const held = facts.map((fact, i) => {
        const place = { ...fact, writer: name, epoch, n: n + i + 1 };
        const body = bodies[i] as Buffer;
        head = link(head, place, joinIds(fact), body, LINK);
        const hash = Uint8Array.from(Buffer.from(head, 'latin1'));
        // Copies: the buffer is a part of a larger one, and all of that would travel to other threads.
        return { ...place, hash, data: Uint8Array.from(body.subarray(LINK)) } as ForeignFact;
      });
      if (tail.take(held, false).some((outcome) => outcome !== 'recorded'))
        throw new Error(`${name} has appended in epoch ${epoch} from elsewhere`);
      const recordedAt = Date.now();
      return held.map(
        (fact, i) => ({ ...fact, data: facts[i]!.data, position: 0, recordedAt }) as RecordedFact,
      );
    };

    const append = (facts: readonly NewFact[]): readonly RecordedFact[] => {
      if (facts.length === 0) return [];
      // Encoded first: others wait while this one holds the lock.
      const bodies = facts.map((fact) => encode(fact.data, LINK));
      const write = (): readonly RecordedFact[] => {
        const recorded = transaction(() => record(facts, bodies));
        onAppended(recorded, bodies);
        return recorded;
      };
      const recorded = holding.orHold(write, () => hold(facts, bodies));
      n += facts.length;
      latest = linkFrom(recorded.at(-1)!.hash);
      return recorded;
    };

    return { name, epoch, append };
  };
};
