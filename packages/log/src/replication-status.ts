import type { Notes } from './notes.ts';

/** How a node's replication stands. */
export interface ReplicationStatus {
  readonly node: string;
  readonly connected: boolean;
  /** The server we talk to, `host:port`; empty before the first one. */
  readonly server: string;
  /** What the server is good for: `2.14: all that is asked for`. */
  readonly level: string;
  /** Positions of the journal not yet looked at or acknowledged. */
  readonly toShip: number;
  /** Messages of the stream not yet read. */
  readonly toReceive: number;
  /** Facts from the stream that were none. */
  readonly refused: number;
  /** What keeps it from working now; empty when nothing does. */
  readonly problem: string;
}

const NOTE = 'replication';

/** Keeps the status where commands find it. */
export const noteReplication = (notes: Notes, status: ReplicationStatus): void => notes.set(NOTE, status);

/** Forgets it: this daemon does not replicate. */
export const forgetReplication = (notes: Notes): void => notes.set(NOTE, null);

/** The status as the daemon of this journal last noted it; `undefined` when it does not replicate. */
export const readReplication = (notes: Notes): ReplicationStatus | undefined =>
  notes.get<ReplicationStatus | null>(NOTE) ?? undefined;
