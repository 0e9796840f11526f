import {
  type Draft,
  parseWishSubject,
  type RecordedFact,
  readWish,
  type Wish,
  type WishAnswer,
  wishSubjects,
} from '@vipcast/events';
import { JournalError, type Log } from '@vipcast/log';
import type { Connection } from '@vipcast/log/replication';
import { appender, type Clock, type Identity, type Logger } from '@vipcast/runtime';
import { Failure } from '../failure.ts';
import { readVipAddresses } from '../vip-address.ts';

/** Where subscribers' wishes are taken: one for all connections, since it remembers whom it has answered. */
export interface WishDesk {
  /** Takes a wish as it came. It is in the log when this returns, or nothing was done. */
  take(subject: string, bytes: Uint8Array): WishAnswer;
}

/** Wishes asked again within so many facts of the journal are known, over a restart too. */
const MEMORY = 100_000;
const MOST_REMEMBERED = 10_000;
/** Refusals that are recorded in a second; more of them are answered only, or a journal could be filled from outside. */
const MOST_REFUSALS = 20;

const draftOf = (wish: Wish, by: string): Draft => {
  const of = `subscriber:${by}`;
  const who = { by, request: wish.id };
  switch (wish.wish) {
    case 'announce':
      return { type: 'operator.AnnounceRequested', of, data: { ...who, addresses: [...wish.addresses] } };
    case 'withdraw':
      return { type: 'operator.WithdrawRequested', of, data: { ...who, addresses: [...wish.addresses] } };
    case 'drain':
      return { type: 'operator.DrainRequested', of, data: who };
    case 'undrain':
      return { type: 'operator.UndrainRequested', of, data: who };
    case 'reset':
      return { type: 'operator.ResetRequested', of, data: { ...who, peer: wish.peer } };
  }
};

/** The wish with its addresses in canonical text, or why one of them is none. */
const withAddresses = (wish: Wish): Wish | string => {
  if (!('addresses' in wish)) return wish;
  try {
    return { ...wish, addresses: [...readVipAddresses(wish.addresses)] };
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
};

/** Takes the wishes to one node into its log: as what somebody asked for, or as refused and why. */
export const createWishDesk = (options: {
  readonly log: Log;
  readonly identity: Identity;
  readonly clock: Clock;
  /** Why this node should not be drained now; a wish that insists is not kept from it. */
  readonly objectionToDrain: () => string | undefined;
}): WishDesk => {
  const { log, identity, clock, objectionToDrain } = options;
  const { node, cluster } = identity;
  const writer = `${node}/subscribers`;
  const append = appender(log.writer(writer), identity, clock);
  const answered = new Map<string, WishAnswer>();
  let refusals = { since: Number.NEGATIVE_INFINITY, count: 0 };

  const remember = (by: string, id: string, answer: WishAnswer): WishAnswer => {
    if (id !== '') answered.set(JSON.stringify([by, id]), answer);
    const oldest = answered.size > MOST_REMEMBERED ? answered.keys().next().value : undefined;
    if (oldest !== undefined) answered.delete(oldest);
    return answer;
  };

  const recall = (fact: RecordedFact): void => {
    if (fact.writer !== writer) return;
    const { by = '', request = '' } = fact.data as { readonly by?: string; readonly request?: string };
    if (fact.type === 'operator.Refused')
      remember(by, request, { outcome: 'refused', node, fact: fact.id, because: fact.data.because });
    else remember(by, request, { outcome: 'accepted', node, fact: fact.id });
  };
  for (const fact of log.read({ after: Math.max(0, log.last() - MEMORY), aggregates: ['operator'] }))
    recall(fact);

  /** Appends one fact and gives its id, or why that cannot be. */
  const record = (draft: Draft, answer: (fact: string) => WishAnswer): WishAnswer => {
    try {
      return answer(append([draft])[0]?.id ?? '');
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      return { outcome: 'failed', node, because: error.message };
    }
  };

  const isFlood = (): boolean => {
    const now = clock.monotonic();
    if (now - refusals.since > 1000) refusals = { since: now, count: 0 };
    refusals.count += 1;
    return refusals.count > MOST_REFUSALS;
  };

  const refuse = (by: string, id: string, because: string): WishAnswer => {
    if (isFlood()) return { outcome: 'refused', node, fact: '', because };
    const of = `subscriber:${by}`;
    const answer = record({ type: 'operator.Refused', of, data: { request: id, because, by } }, (fact) => ({
      outcome: 'refused',
      node,
      fact,
      because,
    }));
    return answer.outcome === 'refused' ? remember(by, id, answer) : answer;
  };

  const accept = (by: string, wish: Wish): WishAnswer => {
    const answer = record(draftOf(wish, by), (fact) => ({ outcome: 'accepted', node, fact }));
    return answer.outcome === 'accepted' ? remember(by, wish.id, answer) : answer;
  };

  const decide = (by: string, wish: Wish): WishAnswer => {
    if (wish.wish !== 'drain' || wish.force === true) return accept(by, wish);
    try {
      const because = objectionToDrain();
      return because === undefined ? accept(by, wish) : refuse(by, wish.id, because);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      return { outcome: 'failed', node, because: error.message };
    }
  };

  return {
    take: (subject, bytes) => {
      const to = parseWishSubject(subject);
      if (to === undefined || to.cluster !== cluster || to.node !== node)
        return refuse(to?.by ?? '', '', `the subject of the wish is none of ${node}`);
      const { by } = to;
      const read = readWish(bytes);
      const id = read.ok ? read.wish.id : read.id;
      const before = answered.get(JSON.stringify([by, id]));
      if (before !== undefined) return before;
      if (!read.ok) return refuse(by, id, read.because);
      const wish = withAddresses(read.wish);
      return typeof wish === 'string' ? refuse(by, id, wish) : decide(by, wish);
    },
  };
};

/** Answers wishes for as long as a connection lasts. */
export const answerWishes = (
  nc: Connection,
  identity: Identity,
  desk: WishDesk,
  logger: Pick<Logger, 'warn' | 'error'>,
): void => {
  if (nc.info?.auth_required !== true)
    logger.warn({}, 'NATS asks nobody who they are: anybody there can announce and withdraw on this node');
  nc.subscribe(wishSubjects(identity), {
    callback: (error, message) => {
      if (error) return void logger.warn({ problem: error.message }, 'no wishes of subscribers are taken');
      try {
        message.respond(JSON.stringify(desk.take(message.subject, message.data)));
      } catch (bug) {
        logger.error({ err: bug }, 'a wish cannot be taken');
      }
    },
  });
};
