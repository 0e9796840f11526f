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

/**
 * A question to the log. `fold` may change the state it is given and return it: a state belongs to one reader, and
 * a million facts leave no time for copies.
 */
export interface View<State, Row, Context extends Scope = Scope> {
  /**
   * Names the shape of the state and what `fold` makes of facts: a state may be put away under this name and taken
   * back by a later run. Change it with either. Left out: the state is not worth keeping.
   */
  readonly keptAs?: string;
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
