import type { NewFact, RecordedFact } from '@vipcast/events';
import { firstLink, LINK, link } from './chain.ts';
import { decode, encode } from './encoding.ts';
import { factPages } from './fact-pages.ts';
import { createFollowers } from './followers.ts';
import { joinIds } from './ids.ts';
import { type Chronicle, ingestion } from './ingestion.ts';
import { type ForeignFact, isAuthor, type Log, NOTHING_HELD, type StoredFact, type Writer } from './log.ts';
import { readPages } from './page.ts';

/** The same text in memory of its own. */
const copied = (text: string): string => Buffer.from(text).toString();

/**
 * A log that ends with this object: for tests, and for what need not be remembered.
 * @param options.after positions begin after this one: what was before it is not kept any more
 */
export const memoryLog = ({ after: dropped = 0 }: { readonly after?: number } = {}): Log => {
  const facts: RecordedFact[] = [];
  const stored: StoredFact[] = [];
  const heads = new Map<string, string>();
  const terms = new Map<string, { writer: string; epoch: number; n: number }[]>();

  const pages = factPages(facts);
  const followers = createFollowers(pages, (error) => {
    throw error;
  });
  const deliver = (): void => followers.deliver(pages.last());

  const writer = (name: string): Writer => {
    const past = terms.get(name) ?? [];
    const term = { writer: name, epoch: past.length + 1, n: 0 };
    terms.set(name, [...past, term]);

    const append = (added: readonly NewFact[]): readonly RecordedFact[] => {
      const recordedAt = Date.now();
      const bodies = added.map((fact) => encode(fact.data, LINK));
      const first = facts.length;
      added.forEach((fact, i) => {
        const body = bodies[i] as Buffer;
        const place = {
          writer: name,
          epoch: term.epoch,
          n: ++term.n,
          position: dropped + first + i + 1,
          recordedAt,
        };
        const head = link(
          heads.get(name) ?? firstLink(name),
          { ...fact, ...place },
          joinIds(fact),
          body,
          LINK,
        );
        heads.set(name, head);
        const envelope = { ...fact, ...place, hash: Uint8Array.from(head, (char) => char.charCodeAt(0)) };
        const data = Uint8Array.from(body.subarray(LINK));
        stored.push({ ...envelope, data });
        facts.push({ ...envelope, data: decode(data) } as RecordedFact);
      });
      if (added.length > 0) queueMicrotask(deliver);
      return facts.slice(first);
    };

    return { name, epoch: term.epoch, append };
  };

  const chronicleOf = (name: string): Chronicle => ({
    head: heads.get(name) ?? firstLink(name),
    reached: new Map((terms.get(name) ?? []).map(({ epoch, n }) => [epoch, n])),
  });

  const names = new Map<string, string>();
  const named = (name: string): string => {
    if (!names.has(name)) names.set(name, copied(name));
    return names.get(name) as string;
  };

  /** What arrives is a part of something larger, a message or many of them, that need not be kept for its sake. */
  const alone = (fact: ForeignFact): ForeignFact =>
    ({
      ...fact,
      type: named(fact.type),
      subject: named(fact.subject),
      writer: named(fact.writer),
      id: copied(fact.id),
      causationId: copied(fact.causationId),
      correlationId: copied(fact.correlationId),
      data: Uint8Array.from(fact.data),
    }) as ForeignFact;

  const record = (foreign: ForeignFact, { head, reached }: Chronicle): void => {
    const fact = alone(foreign);
    const place = { position: dropped + facts.length + 1, recordedAt: Date.now() };
    const others = (terms.get(fact.writer) ?? []).filter(({ epoch }) => epoch !== fact.epoch);
    const term = { writer: fact.writer, epoch: fact.epoch, n: reached.get(fact.epoch) ?? 0 };
    terms.set(fact.writer, [...others, term]);
    heads.set(fact.writer, head);
    stored.push({ ...fact, ...place });
    facts.push({ ...fact, ...place, data: decode(fact.data) } as RecordedFact);
  };

  const ingest: Log['ingest'] = (foreign, { gaps = false } = {}) => {
    const ingested = foreign.map((fact) => {
      const chronicle = chronicleOf(fact.writer);
      const outcome = ingestion(fact, chronicle, gaps);
      if (outcome === 'recorded') record(fact, chronicle);
      return outcome;
    });
    if (ingested.includes('recorded')) queueMicrotask(deliver);
    return ingested;
  };

  return {
    writer,
    ingest,
    read: (query = {}) => ({ [Symbol.iterator]: () => readPages(pages, query) }),
    follow: followers.follow,
    listen: followers.listen,
    refresh: deliver,
    last: () => Math.max(dropped, pages.last()),
    positionOf: ({ writer, epoch, n }) =>
      facts.findLast((fact) => fact.writer === writer && fact.epoch === epoch && fact.n === n)?.position,
    stored: (after = 0, by) =>
      stored
        .slice(Math.max(0, after - dropped))
        .filter(({ writer }) => by === undefined || isAuthor(by, writer)),
    held: () => NOTHING_HELD,
    trouble: () => undefined,
    terms: () => [...terms.values()].flat(),
    close: followers.stop,
  };
};
