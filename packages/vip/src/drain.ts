/** Who wants the node drained, and why. */
export interface DrainWish {
  readonly source: 'operator' | 'kubernetes';
  /** For people. */
  readonly because: string;
}

/**
 * Whether the node gives up its VIPs: `draining` while they are less preferred (RFC 8326) so that routers turn to
 * others, `drained` when they are withdrawn. It lasts as long as anybody wishes for it.
 */
export interface Drain {
  readonly phase: 'none' | 'draining' | 'drained';
  readonly wishes: readonly DrainWish[];
}

/** Nobody wishes for it. */
export const NO_DRAIN: Drain = { phase: 'none', wishes: [] };

/** The wishes as one sentence. */
export const drainBecause = ({ wishes }: Drain): string => wishes.map(({ because }) => because).join('; ');
