import type { Draft } from '@vipcast/events';
import type { Clock, Cluster, Condition } from '@vipcast/kubernetes';
import type { Logger } from '@vipcast/runtime';
import { createAccount, WATCHER } from './account.ts';
import { kindsOf, type Scope, type SharedKind, watchWhole } from './whole-watch.ts';

/** What watching for all takes. */
export interface TermOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly scope: Scope;
  /** Milliseconds without the API server until another node may try. */
  readonly patience: number;
  /** Milliseconds between lists that are asked for, at least. */
  readonly spacing: number;
  /** Asked when there is something to say first: whether nobody else says it. */
  readonly mayBegin: () => boolean;
  /** Appends facts under a new epoch, or under the one of the term. */
  readonly append: (drafts: readonly Draft[], anew: boolean) => void;
  /** The API server was not heard for too long; nothing more is said. */
  readonly onUnheard: (because: string) => void;
}

/** Somebody needs to know what a list shows. */
export interface ListRequest {
  readonly id: string;
  readonly anew: boolean;
}

/** A node's turn at watching for all. */
export interface Term {
  /** There is another way to the API server. */
  open(cluster: Cluster): void;
  /** Lists everything again, soon. */
  answer(request: ListRequest): void;
  /** Says nothing more. */
  stop(): void;
}

/** After so many facts, and so many times what it takes to tell everything, all is told anew: who joins reads no more. */
const LONG = 5_000;
const TIMES = 4;

const LIVE = 'live' satisfies Condition['state'];

/** Lists and watches everything; once all is listed the term begins. */
export const standForTerm = (options: TermOptions): Term => {
  const { clock, logger, scope, patience, spacing, mayBegin, append, onUnheard } = options;
  let { cluster } = options;
  const account = createAccount(scope);
  const kinds = kindsOf(scope);
  /** Kinds that the list which is under way has not shown. */
  const unlisted = new Set<SharedKind>();
  const live = new Set<SharedKind>();
  let requests: ListRequest[] = [];
  /** Those that the list under way answers. */
  const answering: ListRequest[] = [];
  let begun = false;
  let stopped = false;
  let listedAt = Number.NEGATIVE_INFINITY;
  let wholeLength = 0;
  let length = 0;
  let because = 'not heard yet';
  let stopWatching = (): void => undefined;
  let cancelList: (() => void) | undefined;
  let cancelPatience: (() => void) | undefined;

  const stop = (): void => {
    stopped = true;
    stopWatching();
    cancelList?.();
    cancelPatience?.();
  };

  const listed = (): Draft => ({
    type: 'kubernetes.Listed',
    of: WATCHER,
    data: { answers: answering.splice(0).map(({ id }) => id) },
  });

  const tellAll = (): void => {
    const all = account.all();
    const { namespace, namespaces } = scope;
    const data = { server: cluster.server, namespace, namespaces };
    append([{ type: 'kubernetes.TermBegan', of: WATCHER, data }, ...all, listed()], true);
    [wholeLength, length, begun] = [all.length, 0, true];
  };

  const tell = (drafts: readonly Draft[]): void => {
    if (drafts.length === 0) return;
    append(drafts, false);
    length += drafts.length;
  };

  const finishList = (): void => {
    listedAt = clock.monotonic();
    if (!begun && !mayBegin()) {
      stop();
      return;
    }
    const anew = answering.some((request) => request.anew) || length > Math.max(LONG, TIMES * wholeLength);
    if (!begun || anew) tellAll();
    else tell([listed()]);
    listSoon();
  };

  const hear = (condition: Condition, kind: SharedKind): void => {
    if (condition.state === LIVE) live.add(kind);
    else {
      live.delete(kind);
      because = condition.because;
    }
    if (live.size === kinds.length) {
      cancelPatience?.();
      cancelPatience = undefined;
    } else wait();
  };

  const wait = (): void => {
    cancelPatience ??= clock.after(patience, () => {
      stop();
      onUnheard(because);
    });
  };

  const list = (): void => {
    stopWatching();
    live.clear();
    wait();
    for (const kind of kinds) unlisted.add(kind);
    answering.push(...requests);
    requests = [];
    stopWatching = watchWhole(cluster, clock, scope, {
      onHeard: (kind, batch) => {
        const drafts = account.take(kind, batch, batch.cause === 'list');
        if (begun) tell(drafts);
        if (unlisted.delete(kind) && unlisted.size === 0) finishList();
      },
      onCondition: (kind, condition) => hear(condition, kind),
      onMalformed: (kind, { key, message }) =>
        logger.warn({ object: key, kind, because: message }, 'malformed'),
    });
  };

  const listSoon = (): void => {
    if (stopped || requests.length === 0 || unlisted.size > 0) return;
    cancelList ??= clock.after(Math.max(0, listedAt + spacing - clock.monotonic()), () => {
      cancelList = undefined;
      list();
    });
  };

  list();
  return {
    open: (next) => {
      cluster = next;
      if (!stopped) list();
    },
    answer: (request) => {
      requests.push(request);
      listSoon();
    },
    stop,
  };
};
