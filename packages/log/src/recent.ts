import type { RecordedFact } from '@vipcast/events';
import { LINK } from './chain.ts';
import { JournalError } from './journal-error.ts';
import type { JournalReader } from './journal-reader.ts';
import type { StoredFact } from './log.ts';
import type { Pages, Window } from './page.ts';
import { decoded, isOf } from './stored-fact.ts';

/** The newest facts of a journal while they are few: whoever has all that was before takes them from here, unread. */
export interface Recent extends Pick<Pages, 'page'> {
  /** Takes the facts of one commit, and the bytes in which they were written. */
  add(facts: readonly RecordedFact[], bodies: readonly Uint8Array[]): void;
  /** Takes what another thread has added. */
  hear(facts: readonly StoredFact[]): void;
  /** Reads up to a position what others have added, once for all who follow. */
  reach(until: number): void;
  /** Those after a position. */
  after(position: number): readonly StoredFact[];
}

/** More facts than this, or bytes, that come together are rather read than kept. */
const MOST = 64;
const MOST_BYTES = 65_536;

const isSmall = (bodies: readonly Uint8Array[]): boolean =>
  bodies.length <= MOST && bodies.reduce((bytes, { length }) => bytes + length, 0) <= MOST_BYTES;

const storedFact = (fact: RecordedFact, body: Uint8Array): StoredFact => {
  // The buffer is a part of a larger one, and all of that would travel to other threads.
  const bytes = Uint8Array.from(body);
  return { ...fact, hash: bytes.subarray(0, LINK), data: bytes.subarray(LINK) };
};

/** @param reader where everything is */
export const createRecent = (reader: Pick<JournalReader, 'page' | 'stored'>): Recent => {
  /** With positions that follow one another. */
  let recent: readonly StoredFact[] = [];
  const lastPosition = (): number => recent.at(-1)?.position ?? 0;

  const hear = (facts: readonly StoredFact[]): void => {
    const kept = isSmall(facts.map(({ data }) => data)) ? facts : [];
    const follows = kept[0]?.position === lastPosition() + 1;
    recent = follows ? [...recent, ...kept].slice(-MOST) : kept;
  };

  const after = (position: number): readonly StoredFact[] =>
    recent.slice(Math.max(0, position + 1 - (recent[0]?.position ?? 0)));

  /** What a window asks for, when all of it is here. */
  const within = ({ after: start, until }: Window): readonly StoredFact[] => {
    const found = until === lastPosition() ? after(start) : [];
    return found[0]?.position === start + 1 ? found : [];
  };

  return {
    add: (facts, bodies) => {
      hear(isSmall(bodies) ? facts.map((fact, i) => storedFact(fact, bodies[i]!)) : []);
    },
    hear,
    reach: (until) => {
      const last = lastPosition();
      if (until <= last || until - last > MOST) return;
      try {
        hear([...reader.stored(last, undefined)]);
      } catch (error) {
        // Whoever follows meets the same, and says so.
        if (!(error instanceof JournalError)) throw error;
      }
    },
    after,
    page: (window) => {
      const found = within(window);
      if (found.length === 0) return reader.page(window);
      return found.filter((fact) => isOf(fact, window.aggregates)).map(decoded);
    },
  };
};
