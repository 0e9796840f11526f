import { JournalError } from './journal-error.ts';
import type { ForeignFact, Log, LogTrouble, StoredFact } from './log.ts';
import type { Tail } from './tail.ts';

/** Told when a journal begins and ceases to be a log in memory. */
export interface HoldingEvents {
  onHeld(trouble: JournalError): void;
  /** @param facts how many were written that had been held */
  onWritten(facts: number): void;
}

/** What threads tell each other of facts that they hold. */
export interface HeldMessage {
  readonly held: readonly StoredFact[];
  readonly since: number;
  readonly because: string;
}

/** The part of a journal that steps in where the file cannot be written. */
export interface Holding {
  /** Writes; or, as long as that cannot be, does what keeps the facts in the tail. */
  orHold<T>(write: () => T, hold: () => T): T;
  /** Takes what another thread holds. */
  hear(message: HeldMessage): void;
  /** Everything that is held, for a thread that begins. */
  message(): HeldMessage | undefined;
  trouble(): LogTrouble | undefined;
  /** Writes what it can, and holds no more. */
  stop(): void;
}

/** For a journal that throws. */
export const NO_HOLDING: Holding = {
  orHold: (write) => write(),
  hear: () => undefined,
  message: () => undefined,
  trouble: () => undefined,
  stop: () => undefined,
};

/** How often it is tried again, in milliseconds; where one attempt waits long for a lock, ten times as long. */
const RETRY = 500;
const CHUNK = 500;

const asForeign = ({ position: _, recordedAt: __, ...fact }: StoredFact): ForeignFact => fact;

/**
 * @param ingest writes facts with the places that they have; what the file knows already does no harm, so each thread
 * may write what all of them hold
 * @param onHeld called with what was just held here, for the other threads and for followers
 */
export const createHolding = (
  tail: Tail,
  ingest: Log['ingest'],
  events: HoldingEvents,
  onHeld: (message: HeldMessage) => void,
): Holding => {
  let trouble: { readonly since: number; readonly because: string } | undefined;
  let seen = 0;
  let written = 0;
  let timer: NodeJS.Timeout | undefined;

  const begin = (error: JournalError): void => {
    trouble = { since: Date.now(), because: error.message };
    events.onHeld(error);
  };

  const end = (): void => {
    trouble = undefined;
    events.onWritten(written);
    written = 0;
  };

  const writeAll = (): void => {
    for (let next = tail.after(0, CHUNK); next.facts.length > 0; next = tail.after(0, CHUNK)) {
      ingest(next.facts.map(asForeign), { gaps: true });
      tail.drop(next.mark);
      written += next.facts.length;
    }
    end();
  };

  const attempt = (): void => {
    timer = undefined;
    const started = performance.now();
    try {
      writeAll();
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      retry(Math.max(RETRY, 10 * (performance.now() - started)));
    }
  };

  const retry = (delay = RETRY): void => {
    timer ??= setTimeout(attempt, delay).unref();
  };

  const message = (mark = 0): HeldMessage | undefined => {
    const { facts } = tail.after(mark);
    return facts.length === 0 || trouble === undefined ? undefined : { held: facts, ...trouble };
  };

  const announce = (): void => {
    const news = message(seen);
    seen = tail.after(seen).mark;
    if (news === undefined) return;
    onHeld(news);
    retry();
  };

  return {
    orHold: (write, hold) => {
      if (tail.size() === 0) {
        try {
          const result = write();
          if (trouble !== undefined) end();
          return result;
        } catch (error) {
          if (!(error instanceof JournalError)) throw error;
          if (trouble === undefined) begin(error);
        }
      }
      const result = hold();
      announce();
      return result;
    },
    hear: ({ held, since, because }) => {
      tail.take(held.map(asForeign), true);
      seen = tail.after(seen).mark;
      if (tail.size() === 0) return;
      trouble ??= { since, because };
      retry();
    },
    message: () => message(),
    trouble: () => trouble && { ...trouble, held: tail.size() },
    stop: () => {
      clearTimeout(timer);
      try {
        if (tail.size() > 0) writeAll();
      } catch (error) {
        if (!(error instanceof JournalError)) throw error;
      }
    },
  };
};
