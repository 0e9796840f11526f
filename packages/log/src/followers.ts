import type { Aggregate, RecordedFact } from '@vipcast/events';
import type { Following } from './log.ts';
import { PAGE, type Pages } from './page.ts';

interface Follower {
  readonly aggregates: readonly Aggregate[] | undefined;
  readonly onFacts: (facts: readonly RecordedFact[]) => void;
  position: number;
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

/**
 * @param onTrouble told when facts cannot be read during `deliver`; followers stay where they are and try again next
 * time
 */
export const createFollowers = (pages: Pages, onTrouble: (error: unknown) => void): Followers => {
  const followers = new Set<Follower>();
  const listeners = new Set<() => void>();

  /** The next facts for this follower up to a position; `undefined` when there is nothing more to look at. */
  const next = (follower: Follower, until: number): readonly RecordedFact[] | undefined => {
    const { position: after, aggregates } = follower;
    if (after >= until) return undefined;
    const facts = pages.page({ after, until, limit: PAGE, ...(aggregates && { aggregates }) });
    follower.position = facts.length < PAGE ? until : (facts.at(-1)?.position ?? until);
    return facts;
  };

  const drain = (follower: Follower, until: number, onReadError: (error: unknown) => void): void => {
    if (follower.busy) return;
    follower.busy = true;
    try {
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
      const follower: Follower = { aggregates, onFacts, position: after, busy: false, stopped: false };
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
