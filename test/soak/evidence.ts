import type { RecordedFact } from '@vipcast/events';
import type { Heard } from './router-log.ts';

/** A fact as somebody has it. */
export type Fact = RecordedFact;

/** Somebody was told that this is recorded. */
export interface Promised {
  readonly node: string;
  readonly type: string;
  readonly address: string;
  /** When it was asked for and when it was answered, milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** Something was done that takes an address from a node's routers, from then until then. */
export interface Excuse {
  readonly node: string;
  readonly address: string;
  readonly from: number;
  readonly to: number;
}

/** What a router was told or told that is gone, and by whom. */
export interface Told extends Omit<Heard, 'neighbor'> {
  readonly router: string;
  readonly node: string;
}

/** What a router knows of a node in the end, and what it should. */
export interface Table {
  readonly router: string;
  readonly node: string;
  readonly prefixes: readonly string[];
  readonly wanted: readonly string[];
}

/** All that a run leaves behind. */
export interface Evidence {
  /** Facts that were seen in their own node's journal at any time, in its order. */
  readonly accepted: readonly Fact[];
  readonly promised: readonly Promised[];
  /** What each reader has in the end, in its own order. */
  readonly readers: ReadonlyMap<string, readonly Fact[]>;
  /** The reader whose order counts: its positions are the positions at which states are compared. */
  readonly reference: string;
  readonly told: readonly Told[];
  readonly excuses: readonly Excuse[];
  readonly tables: readonly Table[];
}

/** Something that should not be. */
export interface Violation {
  readonly kind: 'missing' | 'duplicate' | 'unknown' | 'order' | 'state' | 'withdrawal' | 'routes';
  readonly text: string;
}
