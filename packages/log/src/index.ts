/**
 * The log: append, read, follow.
 *
 * A journal (`journal.ts`) is a log in one SQLite file that the threads and processes of a node share: a writer
 * appends (`journal-writer.ts`), readers take pages (`journal-reader.ts`), and followers (`followers.ts`) are woken by a
 * microtask in the same thread, a line (`neighbours.ts`) in another, and the doorbell (`doorbell.ts`) in another process.
 * `memory.ts` is the same thing without a file. Both pass `log-compliance.ts`. In go new facts; out come recorded ones,
 * each with its position and its place in its writer's hash chain (`chain.ts`, checked by `verify.ts`).
 *
 * Facts of other nodes come in through `ingest` (`ingestion.ts`): with their writers' own epoch, n and hash, so that a
 * journal can hold the whole cluster's log; `replication/` fetches them, and ships this node's, over NATS. What a node
 * knows for itself alone stands beside the log, in `notes.ts`.
 *
 * An export (`export.ts`, a line each in `export-line.ts`) is a log as JSON text, and can be read as one. Snapshots
 * (`snapshots.ts`) keep what a fold of a journal knew here and there, so that a question about the past need not begin
 * at the beginning.
 *
 * The flight recorder (`recorder.ts`) keeps inputs, which are not facts: bounded, in a file of its own.
 *
 * A fact's data is plain MessagePack (https://msgpack.org), its hash the first 16 bytes of a SHA-256 (FIPS 180-4).
 */
export { askAtDoor, DoorbellTaken, listenDoorbell, ringDoorbell } from './doorbell.ts';
export { isExport, readExport } from './export.ts';
export { decodeFact, factLine } from './export-line.ts';
export type { HoldingEvents } from './holding.ts';
export { hostedLog, hostWriter } from './hosted-log.ts';
export { type JournalOptions, openJournal } from './journal.ts';
export { JournalError, type JournalTrouble } from './journal-error.ts';
export type {
  Following,
  ForeignFact,
  Held,
  Ingested,
  Log,
  LogTrouble,
  Query,
  StoredFact,
  Term,
  Writer,
} from './log.ts';
export { memoryLog } from './memory.ts';
export { lineToJournal } from './neighbours.ts';
export {
  type Notes,
  noteOwnNode,
  openNotes,
  ownNode,
  type Presence,
  patientNotes,
  raiseEpochs,
  takesWishes,
} from './notes.ts';
export {
  openRecorder,
  type RecordedInput,
  type Recorder,
  type RecorderOptions,
  readInputs,
} from './recorder.ts';
export { forgetReplication, type ReplicationStatus, readReplication } from './replication-status.ts';
export { type Mark, openSnapshots, type Snapshots } from './snapshots.ts';
export { type Problem, verify } from './verify.ts';
