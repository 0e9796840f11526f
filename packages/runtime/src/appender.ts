import { type Cause, type Draft, type RecordedFact, stamp } from '@vipcast/events';
import type { Writer } from '@vipcast/log';
import type { Clock } from './clock.ts';

/** Whose facts these are. */
export interface Identity {
  readonly cluster: string;
  readonly node: string;
}

/** Stamps drafts and appends them in one commit. */
export type Append = (drafts: readonly Draft[], cause?: Cause) => readonly RecordedFact[];

/** An `Append` for one writer of one node. */
export const appender =
  (writer: Writer, { cluster, node }: Identity, clock: Clock): Append =>
  (drafts, cause) => {
    const at = clock.wall();
    return writer.append(drafts.map((draft) => stamp(draft, { cluster, node, id: clock.uuid(), at, cause })));
  };
