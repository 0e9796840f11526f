import { firstLink, link, linkFrom } from './chain.ts';
import { joinIds } from './ids.ts';
import type { Log, StoredFact } from './log.ts';

/** Where a writer's chain does not hold. */
export interface Problem {
  /**
   * `gap`: facts are missing before this one. `fork`: a second fact in a place that was taken. `rewrite`: this
   * fact, or one that was here before it, is not what was recorded.
   */
  readonly kind: 'gap' | 'fork' | 'rewrite';
  readonly position: number;
  readonly writer: string;
  readonly epoch: number;
  readonly n: number;
  /** For people. */
  readonly text: string;
}

/** What is known of a writer so far: its last link, and the last n of each epoch. */
interface Chain {
  head: string;
  readonly reached: Map<number, number>;
}

const bytesOf = (data: Uint8Array): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** A writer that lost its journal begins a new chain, in a later epoch. */
const holds = (fact: StoredFact, head: string): boolean =>
  [head, ...(fact.n === 1 ? [firstLink(fact.writer)] : [])].some(
    (previous) => linkFrom(fact.hash) === link(previous, fact, joinIds(fact), bytesOf(fact.data), 0),
  );

const check = (fact: StoredFact, chain: Chain): Pick<Problem, 'kind' | 'text'> | undefined => {
  const reached = chain.reached.get(fact.epoch) ?? 0;
  const place = `epoch ${fact.epoch} n ${fact.n}`;
  if (fact.n > reached + 1) return { kind: 'gap', text: `${place} follows n ${reached}` };
  if (fact.n <= reached) return { kind: 'fork', text: `${place} is there twice` };
  if (holds(fact, chain.head)) return undefined;
  return { kind: 'rewrite', text: `${place} does not have the hash it was recorded with` };
};

/**
 * Walks the hash chain of every writer.
 * @returns each problem at the position where it shows; one problem hides none of those after it, except another one
 * in the very next fact of that writer
 */
export function* verify(log: Log): Generator<Problem, void> {
  const chains = new Map<string, Chain>();
  for (const fact of log.stored()) {
    const { writer, epoch, n, position } = fact;
    const chain = chains.get(writer) ?? { head: firstLink(writer), reached: new Map() };
    chains.set(writer, chain);
    const problem = check(fact, chain);
    if (problem !== undefined) yield { ...problem, position, writer, epoch, n };
    chain.head = linkFrom(fact.hash);
    chain.reached.set(epoch, Math.max(n, chain.reached.get(epoch) ?? 0));
  }
  for (const { writer, epoch, n } of log.terms()) {
    const reached = chains.get(writer)?.reached.get(epoch) ?? 0;
    if (reached >= n) continue;
    const text = `epoch ${epoch} ends with n ${reached}, and n ${n} was recorded`;
    yield { kind: 'gap', position: log.last() + 1, writer, epoch, n: reached + 1, text };
  }
}
