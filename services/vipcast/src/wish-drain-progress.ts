import { parseSubject, type RecordedFact } from '@vipcast/events';
import { describeFact, type NodeState } from '@vipcast/views';
import type { Progress } from './wish.ts';
import { expectRoutes } from './wish-progress.ts';
import { type Tellings, tell } from './wish-told.ts';

/** What an operator wants of a node as a whole. */
export type DrainWish = 'drain' | 'undrain';

/** How far a wish about a node has come. */
export interface DrainProgress extends Progress {
  /** That it has begun, which is not the end of it. */
  started(): RecordedFact | undefined;
  /** What the node said in the end. */
  settled(): RecordedFact | undefined;
  /** Why it is not granted. */
  refused(): string | undefined;
  /** Peers that still have to be told. */
  late(): readonly string[];
}

/**
 * Follows a wish to drain or undrain a node to the UPDATEs: what the node says, what is decided about each VIP because
 * of it, and what each peer whose session is up is told of that.
 */
export const drainProgress = (
  wish: RecordedFact,
  kind: DrainWish,
  node: NodeState,
  say: { readonly decided: (line: string) => void; readonly told: (line: string) => void },
): DrainProgress => {
  const tellings: Tellings = new Map();
  let started: RecordedFact | undefined;
  let settled: RecordedFact | undefined;
  let refused: string | undefined;

  const late = (): readonly string[] =>
    [...tellings.values()].filter(({ waiting }) => waiting.size > 0).map(({ peer }) => peer);

  const decide = (fact: RecordedFact): void =>
    say.decided(`${node.name}: ${describeFact(fact)} (seq ${fact.position})`);

  /** The answer to the wish itself, or the end of a drain that was under way before it. */
  const takeWord = (fact: RecordedFact<'node.DrainStarted' | 'node.Drained' | 'node.Undrained'>): void => {
    const answers = fact.correlationId === wish.id;
    decide(fact);
    if (kind === 'undrain') {
      if (!answers) return;
      settled = fact;
      if (fact.type !== 'node.Undrained') refused = describeFact(fact);
    } else if (fact.type === 'node.DrainStarted') started ??= fact;
    else if (fact.type === 'node.Drained') settled = fact;
    else if (started !== undefined) refused = describeFact(fact);
  };

  return {
    started: () => started,
    settled: () => settled,
    refused: () => refused,
    late,
    take: (fact) => {
      if (parseSubject(fact.subject)?.node !== node.name) return;
      switch (fact.type) {
        case 'operator.Refused':
          if (fact.data.request === wish.id || fact.correlationId === wish.id) refused = fact.data.because;
          return;
        case 'node.DrainStarted':
        case 'node.Drained':
        case 'node.Undrained':
          return takeWord(fact);
        case 'vip.Withdrawn':
          if (kind === 'drain' && fact.data.reason === 'drained')
            expectRoutes(tellings, node, fact, 'withdraw');
          return;
        case 'vip.Advertised':
          if (kind === 'undrain' && fact.correlationId === wish.id)
            expectRoutes(tellings, node, fact, 'announce');
          return;
        case 'route.Announced':
        case 'route.Withdrawn':
        case 'route.Refused': {
          const { peer, told = [] } = tell(tellings, fact) ?? {};
          const [only, another] = told;
          if (only === undefined) return;
          say.told(
            `${peer}  ${another === undefined ? only : `${told.length} prefixes, the last ${told.at(-1)}`}`,
          );
        }
      }
    },
    isDone: () => refused !== undefined || (settled !== undefined && late().length === 0),
    missing: () => {
      if (settled !== undefined) return `${late().join(', ')} to be told`;
      if (started === undefined) return `the daemon of ${node.name} to decide`;
      return `routers to turn away from ${node.name}`;
    },
  };
};
