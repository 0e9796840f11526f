import type { RecordedFact } from '@vipcast/events';
import type { Log } from '@vipcast/log';
import type { Recall } from '@vipcast/views';
import { Failure } from './failure.ts';

/** Facts read in one go, at most. */
const MOST = 512;

type Read = (index: number) => RecordedFact;

/** A fact that is read when something about it is asked. A class, for an answer may have a hundred thousand of them. */
class RecalledFact {
  readonly position: number;
  readonly #index: number;
  readonly #read: Read;

  constructor(position: number, index: number, read: Read) {
    this.position = position;
    this.#index = index;
    this.#read = read;
  }

  get id(): string {
    return this.#read(this.#index).id;
  }
  get type(): RecordedFact['type'] {
    return this.#read(this.#index).type;
  }
  get v(): number {
    return this.#read(this.#index).v;
  }
  get subject(): string {
    return this.#read(this.#index).subject;
  }
  get at(): number {
    return this.#read(this.#index).at;
  }
  get causationId(): string {
    return this.#read(this.#index).causationId;
  }
  get correlationId(): string {
    return this.#read(this.#index).correlationId;
  }
  get data(): RecordedFact['data'] {
    return this.#read(this.#index).data;
  }
  get writer(): string {
    return this.#read(this.#index).writer;
  }
  get epoch(): number {
    return this.#read(this.#index).epoch;
  }
  get n(): number {
    return this.#read(this.#index).n;
  }
  get hash(): Uint8Array {
    return this.#read(this.#index).hash;
  }
  get recordedAt(): number {
    return this.#read(this.#index).recordedAt;
  }
}

/**
 * Facts of a log by their positions, each the same one whenever it is asked for. None is read before it is looked at;
 * with it come those recalled next, more and more of them while they are looked at in this order.
 * @throws Failure when a fact that is looked at is not in the log
 */
export const recallFrom = (log: Log): Recall => {
  const known = new Map<number, RecordedFact>();
  const positions: number[] = [];
  const facts: (RecordedFact | undefined)[] = [];
  let many = 1;
  let next = 0;

  const readOn = (from: number): void => {
    many = from >= next && from < next + MOST ? Math.min(2 * many, MOST) : 1;
    const wanted = new Map<number, number>();
    for (next = from; next < positions.length && wanted.size < many; next++)
      if (facts[next] === undefined) wanted.set(positions[next]!, next);
    for (const fact of log.read({ positions: [...wanted.keys()] })) facts[wanted.get(fact.position)!] = fact;
  };

  const read: Read = (index) => {
    if (facts[index] === undefined) readOn(index);
    const fact = facts[index];
    if (fact === undefined)
      throw new Failure('E_JOURNAL_UNUSABLE', `seq:${positions[index]} is gone from the log`, {
        next: 'vipcast log verify',
      });
    return fact;
  };

  return (position) => {
    const before = known.get(position);
    if (before !== undefined) return before;
    const fact = new RecalledFact(position, positions.length, read) as unknown as RecordedFact;
    known.set(position, fact);
    positions.push(position);
    facts.push(undefined);
    return fact;
  };
};
