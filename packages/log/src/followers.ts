import type { Aggregate, RecordedFact } from '@vipcast/events';
import { type Following, NOTHING_HELD, type Term } from './log.ts';
import { PAGE, type Pages } from './page.ts';
import { decoded, isOf } from './stored-fact.ts';
import type { Tail } from './tail.ts';

interface Follower {
  readonly aggregates: readonly Aggregate[] | undefined;
  readonly onFacts: (facts: readonly RecordedFact[]) => void;
  position: number;
  /** How far it had what waits to be written. */
  mark: number;
  /** Writer and epoch ⇒ the last n that it had before that was in the journal. */
  readonly had: Map<string, number>;
  busy: boolean;
  stopped: boolean;
}

/** Everybody who follows one log in this thread. */
export interface Followers {
  follow(
    options: { readonly after: number; readonly aggregates?: readonly Aggregate[] },
    onFacts: (facts: readonly RecordedFact[]) => void,
  ): Following;
  listen(onMore: () => void): { stop(): void };
  /** Hands every follower what it has not had, up to a position. What listeners throw comes out after all were served. */
  deliver(until: number): void;
  stop(): void;
}

const NO_TAIL: Pick<Tail, 'after' | 'reached' | 'size'> = {
  after: () => NOTHING_HELD,
  reached: () => undefined,
  size: () => 0,
};

/**
 * Drops what a follower had from memory before, and remembers what of the rest is in memory as well: it hears of each
 * fact once, wherever it comes from first.
 */
const unheard = <T extends Term>(
  facts: readonly T[],
  { had }: Follower,
  isHeld: (fact: T) => boolean,
): readonly T[] =>
  facts.filter((fact) => {
    const key = `${fact.writer} ${fact.epoch}`;
    if (fact.n <= (had.get(key) ?? 0)) return false;
    if (isHeld(fact)) had.set(key, fact.n);
    return true;
  });

/**
 * @param tail what waits to be written; followers hear of it after all that is
 * @param onTrouble told when facts cannot be read during `deliver`; followers stay where they are and try again next
 * time
 */
export const createFollowers = (
  pages: Pages,
  onTrouble: (error: unknown) => void,
  tail = NO_TAIL,
): Followers => {
  const followers = new Set<Follower>();
  const listeners = new Set<() => void>();

  /** The next facts for this follower up to a position; `undefined` when there is nothing more to look at. */
  const next = (follower: Follower, until: number): readonly RecordedFact[] | undefined => {
    const { position: after, aggregates } = follower;
    if (after >= until) return tail.size() === 0 ? undefined : nextHeld(follower);
    const facts = pages.page({ after, until, limit: PAGE, ...(aggregates && { aggregates }) });
    follower.position = facts.length < PAGE ? until : (facts.at(-1)?.position ?? until);
    if (follower.had.size === 0 && tail.size() === 0) return facts;
    return unheard(facts, follower, (fact) => tail.reached(fact) !== undefined);
  };

  /** The last position, or, where that cannot be read, the one that is known. */
  const lastOr = (known: number): number => {
    try {
      return pages.last();
    } catch {
      return known;
    }
  };

  const nextHeld = (follower: Follower): readonly RecordedFact[] | undefined => {
    const { facts, mark } = tail.after(follower.mark, PAGE);
    follower.mark = mark;
    if (facts.length === 0) return undefined;
    return unheard(facts, follower, () => true)
      .filter((fact) => isOf(fact, follower.aggregates))
      .map(decoded);
  };

  const drain = (follower: Follower, until: number, onReadError: (error: unknown) => void): void => {
    if (follower.busy) return;
    follower.busy = true;
    try {
      // What is held was decided after all that is written: it comes after that.
      if (tail.size() > 0) until = Math.max(until, lastOr(until));
      while (!follower.stopped) {
        let facts: readonly RecordedFact[] | undefined;
        try {
          facts = next(follower, until);
        } catch (error) {
          onReadError(error);
          return;
        }
        if (facts === undefined) return;
        if (facts.length > 0) follower.onFacts(facts);
      }
    } finally {
      follower.busy = false;
    }
  };

  return {
    follow: ({ after, aggregates }, onFacts) => {
      const follower: Follower = {
        aggregates,
        onFacts,
        position: after,
        mark: 0,
        had: new Map(),
        busy: false,
        stopped: false,
      };
      drain(follower, pages.last(), (error) => {
        throw error;
      });
      followers.add(follower);
      return {
        stop: () => {
          follower.stopped = true;
          followers.delete(follower);
        },
        position: () => follower.position,
      };
    },
    listen: (onMore) => {
      const listener = (): void => onMore();
      listeners.add(listener);
      return { stop: () => void listeners.delete(listener) };
    },
    deliver: (until) => {
      const bugs: unknown[] = [];
      for (const listener of listeners) listener();
      for (const follower of followers) {
        try {
          drain(follower, until, onTrouble);
        } catch (error) {
          bugs.push(error);
        }
      }
      if (bugs.length > 0)
        throw bugs.length === 1 ? bugs[0] : new AggregateError(bugs, 'listeners of a log threw');
    },
    stop: () => {
      for (const follower of followers) follower.stopped = true;
      followers.clear();
      listeners.clear();
    },
  };
};
