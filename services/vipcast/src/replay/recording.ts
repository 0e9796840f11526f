import { existsSync } from 'node:fs';
import type { RecordedFact } from '@vipcast/events';
import { openJournal, type RecordedInput, readInputs } from '@vipcast/log';

/** What a replay starts from: what was concluded and what had happened, each in its order. Can be read again. */
export interface Recording {
  facts(): Iterable<RecordedFact>;
  inputs(): Iterable<RecordedInput>;
  close(): void;
}

/**
 * Opens a journal and the flight recorder's file beside it. Where that file is missing nothing has happened.
 * @throws JournalError when one of them cannot be read
 */
export const openRecording = (journal: string): Recording => {
  const log = openJournal(journal, { readOnly: true });
  const recorder = `${journal}.inputs`;
  return {
    facts: () => log.read(),
    inputs: () => (existsSync(recorder) ? readInputs(recorder) : []),
    close: log.close,
  };
};
