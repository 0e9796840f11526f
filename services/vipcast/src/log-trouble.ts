import type { StatusRow } from '@vipcast/views';
import { askDaemon, type DoorAnswer } from './daemon/door.ts';
import type { Io } from './io.ts';
import { journalFile } from './journal.ts';
import type { ViewOptions } from './options.ts';
import { formatTime } from './time.ts';

/** What the daemon of this journal says now; `undefined` for a question about the past, or when nobody answers. */
export const daemonAnswer = async (io: Io, options: ViewOptions): Promise<DoorAnswer | undefined> =>
  options.at !== undefined || options.until !== undefined || options.nats !== undefined
    ? undefined
    : askDaemon(await journalFile(io, options));

/** Adds what keeps a daemon's log from being written to the row of its node: the log itself cannot say so. */
export const withTrouble = <Row extends StatusRow>(row: Row, answer: DoorAnswer | undefined): Row => {
  if (answer?.trouble == null || answer.node !== row.node) return row;
  const { since, because, held } = answer.trouble;
  const line = `LOG degraded: since ${formatTime(since)}, because ${because}, facts held: ${held}`;
  return { ...row, healthy: false, problems: [...row.problems, line] };
};
