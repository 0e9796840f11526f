/** What the receivers' process is started with. */
export interface Order {
  readonly count: number;
  /** Keep every session in OpenConfirm until all are there and `release` is said. */
  readonly held: boolean;
}

/** Prefixes or UPDATEs of each family. */
export interface PerFamily {
  ipv4: number;
  ipv6: number;
}

/** What one receiver was told since it last forgot. UPDATEs without a prefix, which are End-of-RIB, do not count. */
export interface Received {
  readonly updates: PerFamily;
  readonly announced: PerFamily;
  readonly withdrawn: PerFamily;
  /** When the last of it had come. */
  last: bigint;
}

/** One IPv4 host route that came or went. */
export interface Change {
  readonly address: string;
  readonly announced: boolean;
  readonly at: bigint;
}

/** How many prefixes of each family every receiver is to be told of. */
export interface Expectation {
  readonly kind: 'announced' | 'withdrawn';
  readonly perFamily: number;
}

/** What the parent says. Each is answered with `done`. */
export type Command =
  | { readonly type: 'release' }
  | { readonly type: 'watch'; readonly on: boolean }
  /** Forgets what came so far, and reports `complete` when this has. */
  | { readonly type: 'expect'; readonly expectation: Expectation };

/** What the receivers say. Times are `process.hrtime.bigint()`, taken long before they are reported. */
export type Report =
  | { readonly type: 'listening'; readonly ports: readonly number[] }
  | { readonly type: 'done' }
  /** Every session waits in OpenConfirm. */
  | { readonly type: 'held' }
  /** The last of the sessions became Established. */
  | { readonly type: 'established'; readonly at: bigint }
  | { readonly type: 'complete'; readonly received: readonly Received[] }
  | { readonly type: 'changes'; readonly changes: readonly Change[] };
