import type { Delivered } from '@vipcast/nats';
import type { Link } from './connection.ts';
import { type Fact, open, type SealedFact, unwrap } from './fact.ts';
import { createLedger, type Gap } from './ledger.ts';
import { type After, type Bookmark, startReader } from './reader.ts';
import { subjectFilter, type Wanted } from './subject-filter.ts';

/** What a subscriber may want to know beside the facts. */
export type Notice =
  /** Nothing comes for now; it goes on by itself. */
  | { readonly kind: 'interrupted'; readonly because: string }
  | { readonly kind: 'resumed' }
  /** The stream was deleted, made again or put back. Every node ships its history anew; what was handed on is not again. */
  | { readonly kind: 'stream-replaced'; readonly because: string }
  /** Facts that the stream does not have. Should they come yet, they are handed on then. */
  | ({ readonly kind: 'gap' } & Gap)
  /** A message in the stream that is no fact. */
  | { readonly kind: 'malformed'; readonly position: number; readonly because: string };

/** From where on, and what of it. */
export interface FollowOptions extends Wanted {
  /** Default: now. */
  readonly after?: After;
  readonly onNotice?: (notice: Notice) => void;
}

/** A place in the log that moves on by itself. */
export interface Following {
  /** Up to here everything has been handed on. Put away, `after` takes it back; what follows it may come again. */
  bookmark(): Bookmark | undefined;
  /** Resolves once everything that there was has been handed on. */
  readonly caughtUp: Promise<void>;
  /** Resolves when it was stopped; rejects with what the handler threw, which ends it. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** How long a fact waits for those before it, by the stream's time. */
const PATIENCE = 30_000;
/** Messages that may wait for a slow handler, before the server has to. */
const MOST = 1000;

interface Queued {
  readonly delivered: Delivered;
  readonly place: Bookmark;
}

/**
 * Hands on every recorded fact after a place: in the order of its writer, and once, however often the stream has it.
 * @param onFact the next fact comes when its promise, if it gives one, is fulfilled
 */
export const startFollowing = (
  link: Link,
  { after = 'now', onNotice = () => undefined, ...wanted }: FollowOptions,
  onFact: (fact: Fact) => void | Promise<void>,
): Following => {
  const isWanted = subjectFilter(wanted);
  const { promise: caughtUp, resolve: catchUp, reject: neverCatchUp } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>();
  // Who waits for the one may not look at the other.
  caughtUp.catch(() => undefined);
  let queue: Queued[] = [];
  let pumping = false;
  let stopped = false;
  let bookmark: Bookmark | undefined;
  let latest = 0;

  const ledger = createLedger<SealedFact>({ whole: () => reader.whole(), patience: PATIENCE });

  const stop = (): void => {
    stopped = true;
    reader.stop();
    neverCatchUp(new Error('following was stopped'));
    end();
  };

  const hand = async (facts: readonly SealedFact[]): Promise<void> => {
    for (const fact of facts) {
      if (stopped) return;
      if (!isWanted(fact.subject)) continue;
      const handled = onFact(open(fact));
      if (handled !== undefined) await handled;
    }
  };

  /** @param time that of the stream, as far as it is known */
  const giveUp = async (time: number): Promise<void> => {
    if (ledger.waiting() === 0) return;
    const { facts, gaps } = ledger.giveUp(time);
    for (const gap of gaps) onNotice({ kind: 'gap', ...gap });
    await hand(facts);
  };

  const take = async ({ delivered, place }: Queued): Promise<void> => {
    latest = delivered.time;
    const fact = unwrap(delivered);
    if (typeof fact === 'string')
      onNotice({ kind: 'malformed', position: delivered.sequence, because: fact });
    else {
      const ready = ledger.take(fact, delivered.time);
      if (ready.length > 0) await hand(ready);
    }
    if (ledger.waiting() > 0) await giveUp(latest);
    if (ledger.waiting() === 0) bookmark = place;
  };

  const settle = async (): Promise<void> => {
    if (reader.behind() !== 0) return;
    // Nothing is on its way any more that could fill an old gap.
    await giveUp(Date.now());
    if (ledger.waiting() === 0) catchUp();
  };

  const pump = async (): Promise<void> => {
    if (pumping || stopped) return;
    pumping = true;
    try {
      while (queue.length > 0 && !stopped) {
        const round = queue;
        queue = [];
        for (const each of round) {
          if (stopped) return;
          await take(each);
        }
        reader.release();
      }
      await settle();
    } catch (error) {
      neverCatchUp(error);
      fail(error);
      stop();
    } finally {
      pumping = false;
    }
  };

  const reader = startReader(link, after, {
    onMessage: (delivered, place) => {
      queue.push({ delivered, place });
      void pump();
    },
    onInterrupted: (because) => onNotice({ kind: 'interrupted', because }),
    onResumed: () => {
      onNotice({ kind: 'resumed' });
      void pump();
    },
    onReplaced: (because) => onNotice({ kind: 'stream-replaced', because }),
    onTick: () => void pump(),
    isFull: () => queue.length > MOST,
  });

  return { bookmark: () => bookmark, caughtUp, ended, stop };
};

/** Begins to follow. */
export type Follow = (options: FollowOptions, onFact: (fact: Fact) => void | Promise<void>) => Following;

/** The same as an iteration, which begins when the first fact is asked for and ends with `break`. */
export async function* iterate(
  follow: Follow,
  options: FollowOptions,
): AsyncGenerator<Fact, void, undefined> {
  let offered = Promise.withResolvers<Fact | undefined>();
  let taken = Promise.withResolvers<void>();
  const following = follow(options, (fact) => {
    taken = Promise.withResolvers();
    offered.resolve(fact);
    return taken.promise;
  });
  following.ended.then(
    () => offered.resolve(undefined),
    (error: unknown) => offered.reject(error),
  );
  try {
    for (;;) {
      const fact = await offered.promise;
      if (fact === undefined) return;
      offered = Promise.withResolvers();
      yield fact;
      taken.resolve();
    }
  } finally {
    following.stop();
  }
}
