import { isExport, openNotes, type ReplicationStatus, readReplication } from '@vipcast/log';
import type { StatusRow } from '@vipcast/views';
import type { Io } from './io.ts';
import { journalFile } from './journal.ts';
import type { ViewOptions } from './options.ts';

/** A node's row with what its daemon noted of the log's replication. */
export interface ReplicatedRow extends StatusRow {
  readonly replication?: ReplicationStatus;
}

/** What the daemon of this journal noted last; `undefined` for a question about the past, and without replication. */
export const replicationOf = async (io: Io, options: ViewOptions): Promise<ReplicationStatus | undefined> => {
  if (options.at !== undefined || options.until !== undefined || options.nats !== undefined) return undefined;
  const file = await journalFile(io, options);
  try {
    if (isExport(file)) return undefined;
    const notes = openNotes(file, { readOnly: true });
    const status = readReplication(notes);
    notes.close();
    return status;
  } catch {
    // Whoever reads the log itself says what is wrong with the file.
    return undefined;
  }
};

/** Adds it to the row of the node whose journal this is: what keeps facts from the others is a problem. */
export const withReplication = (
  row: StatusRow,
  replication: ReplicationStatus | undefined,
): ReplicatedRow => {
  if (replication === undefined || replication.node !== row.node || row.daemon !== 'running') return row;
  const { problem } = replication;
  const problems = problem === '' ? row.problems : [...row.problems, `the log is not replicated: ${problem}`];
  return { ...row, healthy: problems.length === 0, problems, replication };
};

/** One line for people. */
export const describeReplication = ({
  connected,
  server,
  level,
  toShip,
  toReceive,
  refused,
}: ReplicationStatus): string => {
  const where = connected ? `NATS at ${server}` : 'NATS not connected';
  const said = [
    where,
    level,
    `${toShip} to ship`,
    `${toReceive} to receive`,
    ...(refused > 0 ? [`${refused} refused`] : []),
  ];
  return `LOG  ${said.filter((part) => part !== '').join(' · ')}\n`;
};
