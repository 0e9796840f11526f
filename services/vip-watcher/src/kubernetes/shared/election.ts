/** How a node stands. */
export interface Standing {
  readonly node: string;
  /** It would watch for all. */
  readonly offered: boolean;
  /** When it last found that it does not hear the API server, milliseconds since 1970; 0: not lately. */
  readonly unheardAt: number;
  /** Since when it watches for all; `undefined`: it does not. */
  readonly since: number | undefined;
}

const byName = (a: Standing, b: Standing): number => (a.node < b.node ? -1 : 1);

/**
 * Who watches for all: of several, whom a partition can leave, the one that began last. The one before it was not heard
 * then, and what it told since is old.
 * @param isPresent by the leases of nodes
 */
export const sittingOf = (
  standings: readonly Standing[],
  isPresent: (node: string) => boolean,
): string | undefined =>
  standings
    .filter(({ node, since }) => since !== undefined && isPresent(node))
    .toSorted((a, b) => (b.since ?? 0) - (a.since ?? 0) || byName(a, b))
    .at(0)?.node;

/**
 * Who is to be next: the first by name, those last that did not hear the API server; all nodes find the same.
 * @param rest milliseconds before which who did not hear it is not asked again
 */
export const nextOf = (
  standings: readonly Standing[],
  isPresent: (node: string) => boolean,
  now: number,
  rest: number,
): string | undefined =>
  standings
    .filter(({ node, offered, unheardAt }) => offered && isPresent(node) && now - unheardAt > rest)
    .toSorted((a, b) => a.unheardAt - b.unheardAt || byName(a, b))
    .at(0)?.node;
