import type { DatabaseSync } from 'node:sqlite';
import type { Dictionaries } from './fact-row.ts';
import { joinIds } from './ids.ts';
import { type Chronicle, ingestion } from './ingestion.ts';
import { createInsertion } from './insertion.ts';
import type { ForeignFact, Log } from './log.ts';
import type { Transaction } from './transaction.ts';

/** The receiving half of a journal. `onAppended` is called after each commit that added facts. */
export const createJournalIngester = (
  db: DatabaseSync,
  transaction: Transaction,
  { types, subjects, writers }: Dictionaries,
  chronicleOf: (writer: string) => Chronicle,
  onAppended: () => void,
): Log['ingest'] => {
  const setHead = db.prepare('UPDATE writers SET head = ? WHERE id = ?');
  const setTerm = db.prepare('INSERT OR REPLACE INTO terms (writer, epoch, n) VALUES (?, ?, ?)');
  const beginInsertion = createInsertion(db);

  return (facts, { gaps = false } = {}) => {
    if (facts.length === 0) return [];
    const ingested = transaction(() => {
      const chronicles = new Map<string, Chronicle>();
      const grown = new Map<string, Set<number>>();
      const recordedAt = Date.now();
      const rows = beginInsertion(facts.length);
      const record = (fact: ForeignFact): void => {
        const { writer, epoch, n, type, v, subject, at, hash, data } = fact;
        const body = Buffer.concat([hash, data]);
        const [writerId, typeId, subjectId] = [
          writers.idOf(writer),
          types.idOf(type),
          subjects.idOf(subject),
        ];
        // biome-ignore format: one line shows that it is the row
        rows.add(writerId, epoch, n, typeId, v, subjectId, at, recordedAt, joinIds(fact), body);
      };
      const outcomes = facts.map((fact) => {
        const chronicle = chronicles.get(fact.writer) ?? chronicleOf(fact.writer);
        chronicles.set(fact.writer, chronicle);
        const outcome = ingestion(fact, chronicle, gaps);
        if (outcome === 'recorded') {
          record(fact);
          grown.set(fact.writer, (grown.get(fact.writer) ?? new Set()).add(fact.epoch));
        }
        return outcome;
      });
      rows.end();
      for (const [name, epochs] of grown) {
        const { head, reached } = chronicles.get(name) as Chronicle;
        const id = writers.idOf(name);
        for (const epoch of epochs) setTerm.run(id, epoch, reached.get(epoch) ?? 0);
        setHead.run(Buffer.from(head, 'latin1'), id);
      }
      return outcomes;
    });
    if (ingested.includes('recorded')) onAppended();
    return ingested;
  };
};
