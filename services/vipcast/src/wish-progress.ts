import { parseSubject, type RecordedFact } from '@vipcast/events';
import { describeFact, familyOfText, hostRoute, type NodeState, peersOf } from '@vipcast/views';
import type { Progress } from './wish.ts';
import { expect, type Telling, type Tellings, tell } from './wish-told.ts';

/** What an operator wants of addresses. */
export type AddressWish = 'announce' | 'withdraw';

/** How far a wish about addresses has come. */
export interface AddressProgress extends Progress {
  /** Addresses that nothing was decided about yet. */
  readonly undecided: ReadonlySet<string>;
  readonly tellings: ReadonlyMap<string, Telling>;
  /** Why the wish, or a part of it, is not granted. */
  readonly refusals: readonly string[];
}

type VipFact = RecordedFact<'vip.Advertised' | 'vip.Withdrawn' | 'vip.Withheld'>;

/** Adds what peers whose session is up are to be told, now that this was decided about a VIP. */
export const expectRoutes = (
  tellings: Tellings,
  node: NodeState,
  { data }: VipFact,
  wish: AddressWish,
): void => {
  for (const { peer, configured } of peersOf(node)) {
    const session = peer.established?.data.negotiated;
    if (session === undefined) continue;
    const families = configured?.families ?? session.families;
    const due = data.addresses.filter((address) =>
      wish === 'announce' ? families.includes(familyOfText(address)) : peer.told.has(hostRoute(address)),
    );
    expect(tellings, peer.name, due.map(hostRoute));
  }
};

/**
 * Follows a wish about addresses to the UPDATEs: first what is decided about the VIPs, which carries the wish's
 * correlation, then what each peer whose session is up is told about them.
 */
export const addressProgress = (
  wish: RecordedFact,
  kind: AddressWish,
  addresses: readonly string[],
  node: NodeState,
  say: { readonly decided: (line: string) => void; readonly told: (line: string) => void },
): AddressProgress => {
  const undecided = new Set(addresses);
  const tellings: Tellings = new Map();
  const refusals: string[] = [];

  const decide = (fact: VipFact): void => {
    for (const address of fact.data.addresses) undecided.delete(address);
    say.decided(`${node.name}: ${describeFact(fact)} (seq ${fact.position})`);
    if (kind === 'announce' && fact.type !== 'vip.Advertised') refusals.push(describeFact(fact));
    else expectRoutes(tellings, node, fact, kind);
  };

  return {
    undecided,
    tellings,
    refusals,
    take: (fact) => {
      switch (fact.type) {
        case 'operator.Refused':
          // Addresses stand each for itself: the granted ones were decided in the same step.
          if (fact.data.request === wish.id || fact.correlationId === wish.id)
            refusals.push(fact.data.because);
          return;
        case 'vip.Advertised':
        case 'vip.Withdrawn':
        case 'vip.Withheld':
          if (fact.correlationId === wish.id) decide(fact);
          return;
        case 'route.Announced':
        case 'route.Withdrawn':
        case 'route.Refused': {
          if (parseSubject(fact.subject)?.node !== node.name) return;
          const complete = tell(tellings, fact);
          if (complete !== undefined && complete.told.length > 0)
            say.told(`${complete.peer}  ${complete.told.join(', ')}`);
        }
      }
    },
    isDone: () =>
      (undecided.size === 0 || refusals.length > 0) &&
      [...tellings.values()].every(({ waiting }) => waiting.size === 0),
    missing: () => {
      if (undecided.size > 0)
        return `the daemon of ${node.name} to decide about ${[...undecided].join(', ')}`;
      const late = [...tellings.values()].filter(({ waiting }) => waiting.size > 0);
      return `${late.map(({ peer }) => peer).join(', ')} to be told`;
    },
  };
};
