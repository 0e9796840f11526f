/**
 * The log: append, read, follow.
 *
 * A journal (`journal.ts`) is a log in one SQLite file that the threads and processes of a node share: a writer
 * appends (`journal-writer.ts`), readers take pages (`journal-reader.ts`), and followers (`followers.ts`) are woken by a
 * microtask in the same thread, a BroadcastChannel in another, and the doorbell (`doorbell.ts`) in another process.
 * `memory.ts` is the same thing without a file. Both pass `log-compliance.ts`. In go new facts; out come recorded ones,
 * each with its position and its place in its writer's hash chain (`chain.ts`, checked by `verify.ts`).
 *
 * The flight recorder (`recorder.ts`) keeps inputs, which are not facts: bounded, in a file of its own.
 *
 * A fact's data is plain MessagePack (https://msgpack.org), its hash the first 16 bytes of a SHA-256 (FIPS 180-4).
 */
export { DoorbellTaken, listenDoorbell, ringDoorbell } from './doorbell.ts';
export { type JournalOptions, openJournal } from './journal.ts';
export { JournalError, type JournalTrouble } from './journal-error.ts';
export type { Following, Log, Query, StoredFact, Term, Writer } from './log.ts';
export { memoryLog } from './memory.ts';
export {
  openRecorder,
  type RecordedInput,
  type Recorder,
  type RecorderOptions,
  readInputs,
} from './recorder.ts';
export { type Problem, verify } from './verify.ts';
