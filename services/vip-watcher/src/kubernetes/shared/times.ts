/** How long what is waited for, in milliseconds. */
export interface SharingTimes {
  /** Between looks at who is there. */
  readonly look: number;
  /** Until a node takes its turn, so that others can say that they were first. */
  readonly settle: number;
  /** Without the API server, until the node whose turn it is passes it on. */
  readonly unheard: number;
  /** Until a node that did not hear it may try again. */
  readonly rest: number;
  /** With the log but without anybody who watches for all, until a node watches for itself. */
  readonly nobody: number;
  /** Without the log, likewise; up to twice that, so that not all begin at once. */
  readonly apart: number;
  /** Between lists that are asked for, at least. */
  readonly spacing: number;
  /** Between requests for a list that nobody answers. */
  readonly ask: number;
}

/** What holds where nothing is said. */
export const SHARING_TIMES: SharingTimes = {
  look: 1_000,
  settle: 3_000,
  unheard: 20_000,
  rest: 60_000,
  nobody: 60_000,
  apart: 10_000,
  spacing: 5_000,
  ask: 15_000,
};
