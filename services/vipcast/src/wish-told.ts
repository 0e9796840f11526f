import type { RecordedFact } from '@vipcast/events';

/** What one peer is to be told about some prefixes, and what became of each. */
export interface Telling {
  readonly peer: string;
  readonly waiting: Set<string>;
  /** Prefixes that the peer was told about, in one line with how. */
  readonly told: string[];
  /** Prefixes that it was not told about, and why. */
  readonly refused: string[];
}

/** The peers that are to hear of a change. */
export type Tellings = Map<string, Telling>;

/** Adds prefixes to what a peer is to be told. */
export const expect = (tellings: Tellings, peer: string, prefixes: readonly string[]): void => {
  if (prefixes.length === 0) return;
  const telling = tellings.get(peer) ?? { peer, waiting: new Set(), told: [], refused: [] };
  for (const prefix of prefixes) telling.waiting.add(prefix);
  tellings.set(peer, telling);
};

/** How a fact about a route reads at the end of a line. */
const outcome = (fact: RecordedFact): string => {
  switch (fact.type) {
    case 'route.Announced':
      return `next hop ${fact.data.attributes.nextHops.join(' ')} (seq ${fact.position})`;
    case 'route.Withdrawn':
      return `withdrawn (seq ${fact.position})`;
    case 'route.Refused':
      return `${fact.data.reason}: ${fact.data.detail} (seq ${fact.position})`;
    default:
      return '';
  }
};

/**
 * Takes in a fact about a route.
 * @returns the telling that has become complete with it
 */
export const tell = (
  tellings: Tellings,
  fact: RecordedFact<'route.Announced' | 'route.Withdrawn' | 'route.Refused'>,
): Telling | undefined => {
  const telling = tellings.get(fact.data.peer);
  if (telling === undefined || telling.waiting.size === 0) return undefined;
  for (const prefix of fact.data.prefixes) {
    if (!telling.waiting.delete(prefix)) continue;
    (fact.type === 'route.Refused' ? telling.refused : telling.told).push(`${prefix} ${outcome(fact)}`);
  }
  return telling.waiting.size === 0 ? telling : undefined;
};
