import type { Facts, RecordedFact } from '@vipcast/events';

/** A decision about a next hop, whichever way it went. */
export type NextHopFact = RecordedFact<'nexthop.Resolved' | 'nexthop.Unresolved'>;

/**
 * What was last decided for sessions like the present one. Whoever decides may be out of reach when a session comes up,
 * and between the same addresses, with the same families, the last answer is the best there is.
 */
export interface PastNextHops {
  take(fact: RecordedFact): void;
  /** The decisions for a peer that stand in for those about its present session which have not come. */
  of(peer: string): readonly NextHopFact[];
}

const likenessOf = (negotiated: Facts['session.Established']['negotiated']): string => {
  const { localAddress, remoteAddress, families, extendedNextHop } = negotiated;
  return JSON.stringify([localAddress, remoteAddress, families, extendedNextHop]);
};

/** Knows nothing yet. */
export const createPastNextHops = (): PastNextHops => {
  const sessions = new Map<string, { readonly id: string; readonly likeness: string }>();
  const decided = new Map<string, { readonly fact: NextHopFact; readonly likeness: string }>();
  return {
    take: (fact) => {
      if (fact.type === 'session.Established')
        sessions.set(fact.data.peer, { id: fact.id, likeness: likenessOf(fact.data.negotiated) });
      if (fact.type !== 'nexthop.Resolved' && fact.type !== 'nexthop.Unresolved') return;
      const { peer, family } = fact.data;
      const session = sessions.get(peer);
      if (session?.id === fact.data.session)
        decided.set(`${peer} ${family}`, { fact, likeness: session.likeness });
    },
    of: (peer) => {
      const session = sessions.get(peer);
      return [...decided.values()]
        .filter(({ likeness }) => likeness === session?.likeness)
        .map(({ fact }) => fact)
        .filter(({ data }) => data.peer === peer && data.session !== session?.id);
    },
  };
};
