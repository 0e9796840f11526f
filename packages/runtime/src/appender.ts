import { type Cause, type Draft, type RecordedFact, stamp } from '@vipcast/events';
import type { Writer } from '@vipcast/log';
import type { Clock } from './clock.ts';

/** Whose facts these are. */
export interface Identity {
  readonly cluster: string;
  readonly node: string;
}

/** Stamps drafts and appends them, in one commit unless they are very many; returns the facts of the last commit. */
export type Append = (drafts: readonly Draft[], cause?: Cause) => readonly RecordedFact[];

/** Facts of one commit: with more, followers begin on the first while the rest are being written. */
const BATCH = 1024;

/** An `Append` for one writer of one node. */
export const appender = (writer: Writer, { cluster, node }: Identity, clock: Clock): Append => {
  const append: Append = (drafts, cause) => {
    const at = clock.wall();
    return writer.append(drafts.map((draft) => stamp(draft, { cluster, node, id: clock.uuid(), at, cause })));
  };
  return (drafts, cause) => {
    let from = 0;
    for (; from + BATCH < drafts.length; from += BATCH) append(drafts.slice(from, from + BATCH), cause);
    return append(drafts.slice(from), cause);
  };
};
