import type { RecordedFact } from '@vipcast/events';

/** What is asked of a view: as of when, and whether for one node or one peer only. */
export interface Scope {
  /** Milliseconds since 1970; for a question about the past, that moment. */
  readonly now: number;
  readonly node?: string | undefined;
  readonly peer?: string | undefined;
  /** Nodes, and services of them that run apart (`n1/speaker`), that are held to be gone without a word of their own, and since when. */
  readonly gone?: ReadonlyMap<string, number> | undefined;
}

/** A fact that was folded before, by its position. */
export type Recall = (position: number) => RecordedFact;

/** How a state is put away by one run and taken back by a later one. */
export interface Keeping<State> {
  /** Names the shape of the state and what `fold` makes of facts: change it with either. */
  readonly as: string;
  /** The state as plain data, in which each fact is only its position: the log has it still. */
  put(state: State): unknown;
  take(kept: unknown, recall: Recall): State;
}

/**
 * A question to the log. `fold` may change the state it is given and return it: a state belongs to one reader, and
 * a million facts leave no time for copies.
 */
export interface View<State, Row, Context extends Scope = Scope> {
  /** Left out: the state is not worth keeping. */
  readonly keeping?: Keeping<State>;
  initial(): State;
  fold(state: State, fact: RecordedFact): State;
  answer(state: State, context: Context): readonly Row[];
}

/** What every row can say about itself: when it last changed, and by which fact. */
export interface Changed {
  /** Milliseconds since 1970; 0 when nothing has been said yet. */
  readonly changedAt: number;
  /** Position in the log; 0 when nothing has been said yet. */
  readonly position: number;
}
