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

const troubles = ({ trouble, silence, heldResources }: DoorAnswer): readonly string[] => {
  const about = (what: string, { since, because }: { readonly since: number; readonly because: string }) =>
    `${what}: since ${formatTime(since)}, because ${because}`;
  return [
    ...(trouble ? [`${about('LOG degraded', trouble)}, facts held: ${trouble.held}`] : []),
    ...(silence ? [about('KUBERNETES not heard', silence)] : []),
    ...(heldResources ? [about('RESOURCES held', heldResources)] : []),
  ];
};

/** Adds what troubles a daemon now to the row of its node: the log cannot say so. */
export const withTrouble = <Row extends StatusRow>(row: Row, answer: DoorAnswer | undefined): Row => {
  const lines = answer?.node === row.node ? troubles(answer) : [];
  return lines.length === 0 ? row : { ...row, healthy: false, problems: [...row.problems, ...lines] };
};
