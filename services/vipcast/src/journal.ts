import { existsSync } from 'node:fs';
import { isExport, JournalError, type Log, openJournal, readExport } from '@vipcast/log';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';
import type { JournalOptions } from './options.ts';

const DEFAULT_JOURNAL = '/var/lib/vipcast/journal.db';

/** Reading a configuration needs half a megabyte of program, which most questions have no use for. */
const configuredJournal = async (io: Io, config: string): Promise<string> => {
  const { loadConfigFile } = await import('./configuration-file.ts');
  return (await loadConfigFile(io, config)).log.journal;
};

/** The journal that is meant: `--journal`, `$VIPCAST_JOURNAL`, what the configuration says, or the usual place. */
export const journalFile = async (io: Io, { journal, config }: JournalOptions): Promise<string> =>
  journal ??
  (config === undefined ? undefined : await configuredJournal(io, config)) ??
  (io.env.VIPCAST_JOURNAL || DEFAULT_JOURNAL);

/** The journal is not where it was said to be. */
export const missing = (file: string): Failure =>
  new Failure('E_JOURNAL_MISSING', `there is no journal at ${file}`);

/** A journal's own trouble as a failure of the command; any other error as it is. */
export const journalFailure = (error: unknown): unknown => {
  if (!(error instanceof JournalError)) return error;
  return error.trouble === 'missing' ? missing(error.file) : new Failure('E_JOURNAL_UNUSABLE', error.message);
};

const open = (file: string, readOnly: boolean): Log => {
  if (!existsSync(file)) throw missing(file);
  try {
    return readOnly && isExport(file) ? readExport(file) : openJournal(file, { readOnly });
  } catch (error) {
    throw journalFailure(error);
  }
};

/**
 * Opens the log for reading, a journal or an export of one; nothing is ever written to it.
 * @throws Failure when it is missing or cannot be read
 */
export const openToRead = async (io: Io, options: JournalOptions): Promise<Log> =>
  open(await journalFile(io, options), true);

/**
 * Opens an existing log to append to it.
 * @throws Failure when it is missing or cannot be used: a wish in a log that no daemon has is lost
 */
export const openToWrite = (file: string): Log => open(file, false);
