import { isExport, type Log, type Notes, openNotes, openSnapshots, type Snapshots } from '@vipcast/log';
import type { Failure } from './failure.ts';
import { EVERY, type Foldable, type Folded, foldLog } from './fold.ts';
import type { Io } from './io.ts';
import { journalFile, openToRead } from './journal.ts';
import type { LogOptions } from './options.ts';
import type { Moment } from './time.ts';
import { VERSION } from './version.ts';
import { requireKept } from './window.ts';

/** A log that is asked questions. */
export interface Archive {
  readonly log: Log;
  /**
   * What a view knows at a moment; now, if none is given.
   * @throws Failure when that is older than what is kept
   */
  fold<State>(view: Foldable<State>, now: number, moment?: Moment): Folded<State>;
  /** Where it comes from, for people; empty for a journal. */
  readonly origin: string;
  /** What keeps the rest of it from arriving; `undefined` when all of it is there. */
  problem(): Failure | undefined;
  /** Nodes that were held to be gone at that time, and since when. */
  gone(time: number): ReadonlyMap<string, number>;
  close(): void;
}

/** Who is gone, by the notes of a journal; an export has none. */
const goneIn = (notes: Notes | undefined, time: number): ReadonlyMap<string, number> => {
  const gone = new Map<string, number>();
  for (const { node, at, present } of notes?.presence() ?? []) {
    if (at > time) break;
    if (present) gone.delete(node);
    else gone.set(node, at);
  }
  return gone;
};

/** A log that is open already. Beside a long journal it keeps what views knew here and there, if it may. */
export const archiveOf = (journal: string, log: Log): Archive => {
  const exported = isExport(journal);
  const kept = new Map<string, Snapshots | undefined>();
  const snapshotsOf = (keptAs: string | undefined): Snapshots | undefined => {
    if (keptAs === undefined || exported || log.last() < EVERY) return undefined;
    const [first] = log.read({ limit: 1 });
    // What was folded of a beginning that was cut off since is no answer any more.
    const version = `${VERSION} ${keptAs} from seq:${first?.position}`;
    if (!kept.has(keptAs)) kept.set(keptAs, openSnapshots(journal, version));
    return kept.get(keptAs);
  };
  let notes: Notes | undefined;
  const notesOf = (): Notes | undefined => {
    if (notes === undefined && !exported) notes = openNotes(journal, { readOnly: true });
    return notes;
  };
  return {
    log,
    fold: (view, now, moment) => {
      if (moment !== undefined) requireKept(log, moment);
      return foldLog(log, view, { now, moment, snapshots: snapshotsOf(view.keeping?.as) });
    },
    origin: '',
    problem: () => undefined,
    gone: (time) => goneIn(notesOf(), time),
    close: () => {
      notes?.close();
      for (const snapshots of kept.values()) snapshots?.close();
      log.close();
    },
  };
};

const openArchive = async (io: Io, options: LogOptions): Promise<Archive> => {
  if (options.nats !== undefined) return (await import('./cluster.ts')).openCluster(io, options);
  const journal = await journalFile(io, options);
  return archiveOf(journal, await openToRead(io, { journal }));
};

/**
 * Puts questions to a log. Where only a part of it could be had, they are answered from that first.
 * @throws Failure when the log is missing or cannot be read, or not all of it
 */
export const withArchive = async (
  io: Io,
  options: LogOptions,
  ask: (archive: Archive) => Promise<void> | void,
): Promise<void> => {
  const archive = await openArchive(io, options);
  try {
    await ask(archive);
    const problem = archive.problem();
    if (problem !== undefined) throw problem;
  } catch (error) {
    // What is not found may be in the part that did not arrive.
    throw archive.problem() ?? error;
  } finally {
    archive.close();
  }
};
