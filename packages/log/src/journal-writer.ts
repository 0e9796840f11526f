import type { DatabaseSync } from 'node:sqlite';
import type { NewFact, RecordedFact } from '@vipcast/events';
import { firstLink, LINK, link, linkFrom } from './chain.ts';
import { encode } from './encoding.ts';
import { COLUMNS, type Dictionaries } from './fact-row.ts';
import type { Writer } from './log.ts';
import { EPOCH_FLOOR } from './notes.ts';
import type { Transaction } from './transaction.ts';

/**
 * The writing half of a journal: claims epochs. `onAppended` is called after each commit that added facts, with the last
 * position.
 */
export const createJournalWriter = (
  db: DatabaseSync,
  transaction: Transaction,
  { types, subjects, writers }: Dictionaries,
  onAppended: (last: number) => void,
): ((name: string) => Writer) => {
  const claim = db.prepare(`
    INSERT INTO terms SELECT ?1, max(
      (SELECT coalesce(max(epoch), 0) FROM terms WHERE writer = ?1),
      (SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM notes WHERE key = '${EPOCH_FLOOR}')
    ) + 1, 0 RETURNING epoch`);
  const getHead = db.prepare('SELECT head FROM writers WHERE id = ?');
  const setHead = db.prepare('UPDATE writers SET head = ? WHERE id = ?');
  const advance = db.prepare('UPDATE terms SET n = ? WHERE writer = ? AND epoch = ? AND n = ?');
  const getLast = db.prepare('SELECT max(position) AS last FROM facts');
  const insert = db.prepare(`INSERT INTO facts (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);

  return (name) => {
    const epoch = transaction(() => Number(claim.get(writers.idOf(name))?.epoch));
    let n = 0;

    const record = (facts: readonly NewFact[], bodies: readonly Buffer[]): readonly RecordedFact[] => {
      const writer = writers.idOf(name);
      const recordedAt = Date.now();
      // Another process may have claimed a later epoch of this writer: there is one chain through them all.
      const head = getHead.get(writer)?.head;
      let current = head instanceof Uint8Array ? linkFrom(head) : firstLink(name);
      let position = Number(getLast.get()?.last ?? 0);
      const recorded = facts.map((fact, i): RecordedFact => {
        const { id, type, v, subject, at, causationId, correlationId, data } = fact;
        const sealed = { epoch, n: n + i + 1, id, type, v, subject, at, causationId, correlationId };
        const body = bodies[i] as Buffer;
        current = link(current, sealed, body, LINK);
        body.write(current, 0, LINK, 'latin1');
        position += 1;
        insert.run(
          position,
          writer,
          epoch,
          sealed.n,
          types.idOf(type),
          v,
          subjects.idOf(subject),
          at,
          recordedAt,
          id,
          causationId,
          correlationId,
          body,
        );
        const hash = new Uint8Array(body.buffer, body.byteOffset, LINK);
        return { ...sealed, data, writer: name, hash, position, recordedAt } as RecordedFact;
      });
      setHead.run(Buffer.from(current, 'latin1'), writer);
      if (advance.run(n + facts.length, writer, epoch, n).changes !== 1) {
        throw new Error(`${name} has appended in epoch ${epoch} from elsewhere`);
      }
      return recorded;
    };

    const append = (facts: readonly NewFact[]): readonly RecordedFact[] => {
      if (facts.length === 0) return [];
      // Encoded first: others wait while this one holds the lock.
      const bodies = facts.map((fact) => encode(fact.data, LINK));
      const recorded = transaction(() => record(facts, bodies));
      n += facts.length;
      onAppended(recorded.at(-1)?.position ?? 0);
      return recorded;
    };

    return { name, epoch, append };
  };
};
