import type { Draft, RecordedFact } from '@vipcast/events';
import { type Clock, type Cluster, systemClock } from '@vipcast/kubernetes';
import type { Log } from '@vipcast/log';
import { type Append, appender, createClock, type Logger } from '@vipcast/runtime';
import type { Wanted, WatchListeners } from '../watches.ts';
import { WATCHER } from './account.ts';
import { type Company, companyOf } from './company.ts';
import { nextOf, sittingOf } from './election.ts';
import { createLedger, type Said, type ToldTerm, writerOf } from './ledger.ts';
import { recentFacts } from './past.ts';
import { covers, type TermWatches, watchTerm } from './term-watches.ts';
import { SHARING_TIMES, type SharingTimes } from './times.ts';
import { createTurns } from './turns.ts';

/** What sharing a watcher takes. */
export interface SharingOptions {
  readonly log: Log;
  readonly company: Company;
  readonly cluster: string;
  readonly node: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly times?: Partial<SharingTimes>;
}

/** Who is told. */
export interface SharingListeners {
  /** Listen to another source from now on. */
  readonly onSource: () => void;
  /** A list that was asked for by `confirm` is complete. */
  readonly onListed: () => void;
}

/** Where to hear of the cluster: `api` is the API server itself; nowhere, before that is known. */
export type SourceKind = 'nowhere' | 'api' | 'log';

/** A share in one watcher for all. */
export interface Sharing {
  source(): SourceKind;
  /** Watches that hear from the log; `undefined` while that is not the source. */
  watches(listeners: WatchListeners): TermWatches | undefined;
  /** There is a way to the API server, for when it is this node's turn. */
  open(cluster: Cluster): void;
  adjust(wanted: Wanted): void;
  /** Asks for a list that confirms what is held. */
  confirm(): void;
  /** Takes part no more. */
  stop(): void;
}

const isSame = (a: ToldTerm | undefined, b: ToldTerm): boolean => a?.node === b.node && a.epoch === b.epoch;

/** How to take part, on a journal that is replicated. */
export const shareWatcher =
  ({ journal, ...options }: Omit<SharingOptions, 'company' | 'clock'> & { readonly journal: string }) =>
  (listeners: SharingListeners): Sharing =>
    createSharing({ ...options, company: companyOf(journal), clock: systemClock }, listeners);

/** Takes part in watching for all, and follows whoever does. */
export const createSharing = (options: SharingOptions, listeners: SharingListeners): Sharing => {
  const { log, company, cluster, node, logger, clock } = options;
  const times = { ...SHARING_TIMES, ...options.times };
  const ledger = createLedger(cluster, node);
  let source: SourceKind = 'nowhere';
  let followed: ToldTerm | undefined;
  /** A term that we have asked, since we watch for ourselves, and that has answered. */
  let fresh: ToldTerm | undefined;
  let watches: TermWatches | undefined;
  let wanted: Wanted | undefined;
  let stopped = false;
  /** Since when nobody is heard, and how long that may last. */
  let lacking: { readonly since: number; readonly shared: boolean; readonly patience: number } | undefined;
  /** The lists that were asked for: to confirm, and to come back from watching alone. */
  const asked = new Map<string, 'confirm' | 'return'>();
  let askedAt = Number.NEGATIVE_INFINITY;

  const stamps = { ...createClock(), wall: clock.wall };
  let append: Append;
  const renew = (): void => {
    append = appender(log.writer(writerOf(node)), { cluster, node }, stamps);
  };
  const say = (...drafts: readonly Draft[]): readonly RecordedFact[] => append(drafts);

  const isPresent = (each: string): boolean => each === node || company.isPresent(each);
  const sitting = (): ToldTerm | undefined => {
    const who = sittingOf(ledger.standings(), isPresent);
    return who === undefined ? undefined : ledger.termOf(who);
  };

  const ask = (why: 'confirm' | 'return', because: string, anew = false): void => {
    const [fact] = say({ type: 'kubernetes.ListRequested', of: WATCHER, data: { because, anew } });
    if (fact !== undefined) asked.set(fact.id, why);
  };

  const turns = createTurns({
    ...{ node, clock, logger, times },
    sitting: () => sitting()?.node,
    isNext: () =>
      company.isCaughtUp() && nextOf(ledger.standings(), isPresent, clock.wall(), times.rest) === node,
    append: (drafts, anew) => {
      if (anew) renew();
      say(...drafts);
    },
  });

  const listen = (next: 'api' | 'log', because: string): void => {
    const before = source;
    source = next;
    [watches, fresh] = [undefined, undefined];
    if (next === 'api') followed = undefined;
    if (before !== next || next === 'log') logger.info({ because, source: next }, 'Services are heard from');
    asked.clear();
    listeners.onSource();
  };

  const follow = (term: ToldTerm): void => {
    followed = term;
    listen('log', `${term.node} watches ${term.server} for all`);
  };

  /** Nobody watches for all, as far as we know: what is known stays, for a while. */
  const lack = (now: number): void => {
    const shared = company.isShared();
    if (lacking?.shared !== shared) {
      const patience = shared ? times.nobody : times.apart * (1 + clock.random());
      lacking = { since: now, shared, patience };
    }
    const because = shared ? 'no node watches the Kubernetes API for all' : 'the log is not shared';
    if (now - lacking.since >= times.settle) watches?.condition('stale', because);
    if (source !== 'api' && now - lacking.since >= lacking.patience) listen('api', because);
  };

  /** What was told while we heard nothing of it is only known to be news by a list that we asked for. */
  const comeBack = (now: number, anew: boolean): void => {
    if (now - askedAt < times.ask) return;
    askedAt = now;
    ask('return', anew ? 'something was missed' : 'this node watched for itself', anew);
  };

  const attend = (now: number, sits: ToldTerm | undefined): void => {
    const isOurs = sits?.node === node;
    const usable = sits?.listed && !sits.broken && wanted !== undefined && covers(sits, wanted);
    if (sits?.broken && company.isShared()) comeBack(now, true);
    if (!usable || !(isOurs || company.isShared())) {
      lack(now);
      return;
    }
    lacking = undefined;
    if (isSame(followed, sits)) watches?.condition('live', '');
    else if (source === 'api' && !isOurs && !isSame(fresh, sits)) comeBack(now, false);
    else if (isOurs || company.isCaughtUp()) follow(sits);
  };

  const update = (): void => {
    if (stopped) return;
    const now = clock.monotonic();
    if (wanted !== undefined) turns.attend(now, wanted);
    attend(now, sitting());
  };

  const heed = (said: Said): void => {
    switch (said.type) {
      case 'changed':
        if (isSame(followed, said.term)) watches?.take(said.change);
        break;
      case 'listed': {
        const reasons = said.answers.map((id) => asked.get(id));
        for (const id of said.answers) asked.delete(id);
        if (reasons.includes('confirm') && isSame(followed, said.term)) listeners.onListed();
        if (reasons.includes('return')) fresh = said.term;
        break;
      }
      case 'requested':
        turns.answer(said.request);
        break;
      case 'standing':
    }
  };

  const start = log.last();
  for (const fact of recentFacts(log, start)) ledger.take(fact);
  renew();
  say({ type: 'kubernetes.Offered', of: WATCHER, data: {} });
  const follower = log.follow({ after: start, aggregates: ['kubernetes'] }, (facts) => {
    for (const fact of facts) {
      const said = ledger.take(fact);
      if (said !== undefined && !stopped) heed(said);
    }
    update();
  });

  let cancel = (): void => undefined;
  const tick = (): void => {
    company.look();
    update();
    cancel = clock.after(times.look, tick);
  };
  tick();

  return {
    source: () => source,
    watches: ({ onHeard, onCondition }) => {
      if (source !== 'log' || followed === undefined) return undefined;
      watches = watchTerm(followed, clock.wall, { onHeard, onCondition });
      return watches;
    },
    open: turns.open,
    adjust: (next) => {
      wanted = next;
    },
    confirm: () => ask('confirm', 'VIPs are held'),
    stop: () => {
      stopped = true;
      cancel();
      turns.stop();
      follower.stop();
      say({
        type: 'kubernetes.Retired',
        of: WATCHER,
        data: { because: 'this node does not take part any more' },
      });
      company.close();
    },
  };
};
