import { parseSubject, type RecordedFact, versionOf } from '@vipcast/events';
import { describeFact } from './description.ts';
import { addressOfRoute } from './host-route.ts';
import { addressesOf } from './left-out.ts';
import { targetOf } from './target.ts';
import type { Changed, View } from './view.ts';

/** What led to a change. */
export interface Reason {
  readonly position: number;
  readonly type: string;
  readonly text: string;
}

/** One change in the life of a VIP or a peer. */
export interface HistoryRow extends Changed {
  readonly time: number;
  readonly node: string;
  readonly peer: string | null;
  readonly type: string;
  readonly text: string;
  /** `null` at the head of a chain, or when what led to it is not kept. */
  readonly cause: Reason | null;
}

/** The facts about one VIP or peer, and what may have led to them. */
export interface History {
  readonly changes: { readonly fact: RecordedFact; readonly cause: RecordedFact | undefined }[];
  /** Addresses that the VIP has had. */
  readonly addresses: Set<string>;
  /** Subject and type ⇒ the last few such facts, oldest first. */
  readonly latest: Map<string, RecordedFact[]>;
  /** The same facts by id; wishes and daemons' own facts stay for good. */
  readonly causes: Map<string, RecordedFact>;
}

const LASTING = /^(node|operator)\./;

/** Two families share one subject, and an effect may be written a little after its cause is superseded. */
const KEPT = 8;

const remember = ({ latest, causes }: History, fact: RecordedFact): void => {
  causes.set(fact.id, fact);
  if (LASTING.test(fact.type)) return;
  const key = fact.subject + fact.type;
  const recent = latest.get(key);
  if (recent === undefined) latest.set(key, [fact]);
  else if (recent.push(fact) > KEPT) causes.delete(recent.shift()!.id);
};

/** True when the fact is about what is asked for. Learns the addresses of a VIP from what is said of it. */
const concerns = (text: string): ((history: History, fact: RecordedFact) => boolean) => {
  const target = targetOf(text);
  return ({ addresses }, fact) => {
    switch (fact.type) {
      case 'vip.Advertised':
      case 'vip.Withdrawn':
      case 'vip.Withheld': {
        const meant = target(fact.data.vip, addressesOf(fact));
        for (const address of meant) addresses.add(address);
        return meant.length > 0;
      }
      case 'route.Announced':
      case 'route.Withdrawn':
      case 'route.Refused':
        return (
          fact.data.peer === text ||
          (addresses.size > 0 && fact.data.prefixes.some((prefix) => addresses.has(addressOfRoute(prefix))))
        );
      case 'operator.AnnounceRequested':
      case 'operator.WithdrawRequested':
        return (
          target('', fact.data.addresses).length > 0 ||
          fact.data.addresses.some((each) => addresses.has(each))
        );
      case 'operator.ResetRequested':
      case 'nexthop.Resolved':
      case 'nexthop.Unresolved':
      case 'session.StateChanged':
      case 'session.Established':
      case 'session.Closed':
        return fact.data.peer === text;
      default:
        return false;
    }
  };
};

const peerIn = ({ data }: RecordedFact): string | null =>
  'peer' in data && typeof data.peer === 'string' ? data.peer : null;

const row = ({ fact, cause }: History['changes'][number]): HistoryRow => ({
  time: fact.at,
  node: parseSubject(fact.subject)?.node ?? '',
  peer: peerIn(fact),
  type: fact.type,
  text: describeFact(fact),
  cause:
    cause === undefined ? null : { position: cause.position, type: cause.type, text: describeFact(cause) },
  changedAt: fact.at,
  position: fact.position,
});

/**
 * Every change in the life of one VIP or peer, oldest first.
 * @param text the name of a VIP or a peer, an address, or a prefix
 */
export const historyOf = (text: string): View<History, HistoryRow> => {
  const isMeant = concerns(text);
  return {
    initial: () => ({ changes: [], addresses: new Set(), latest: new Map(), causes: new Map() }),
    fold: (history, fact) => {
      // Of a later release: what it is about is not for this one to tell.
      if (fact.v > versionOf(fact.type)) return history;
      if (isMeant(history, fact)) history.changes.push({ fact, cause: history.causes.get(fact.causationId) });
      if (!fact.type.startsWith('route.')) remember(history, fact);
      return history;
    },
    answer: ({ changes }, { node, peer }) =>
      changes
        .map(row)
        .filter(
          (each) => (node === undefined || each.node === node) && (peer === undefined || each.peer === peer),
        ),
  };
};
