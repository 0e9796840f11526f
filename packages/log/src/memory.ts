import type { NewFact, RecordedFact } from '@vipcast/events';
import { firstLink, LINK, link } from './chain.ts';
import { decode, encode } from './encoding.ts';
import { createFollowers } from './followers.ts';
import type { Log, StoredFact, Writer } from './log.ts';
import { type Pages, readPages, type Window } from './page.ts';

const matches = (fact: RecordedFact, { after, until, before, aggregates, subject }: Window): boolean =>
  fact.position > after &&
  fact.position <= until &&
  (before === undefined || fact.recordedAt <= before) &&
  (aggregates === undefined || aggregates.some((aggregate) => fact.type.startsWith(`${aggregate}.`))) &&
  (subject === undefined || fact.subject === subject);

/** A log that ends with this object: for tests, and for what need not be remembered. */
export const memoryLog = (): Log => {
  const facts: RecordedFact[] = [];
  const stored: StoredFact[] = [];
  const heads = new Map<string, string>();
  const terms = new Map<string, { writer: string; epoch: number; n: number }[]>();

  const pages: Pages = {
    last: () => facts.length,
    page: (window) => {
      const page: RecordedFact[] = [];
      const [first, step] = window.reverse ? [window.until - 1, -1] : [window.after, 1];
      for (let i = first; i >= window.after && i < window.until && page.length < window.limit; i += step) {
        const fact = facts[i];
        if (fact !== undefined && matches(fact, window)) page.push(fact);
      }
      return page;
    },
  };
  const followers = createFollowers(pages, (error) => {
    throw error;
  });

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
        const place = { writer: name, epoch: term.epoch, n: ++term.n, position: first + i + 1, recordedAt };
        const head = link(heads.get(name) ?? firstLink(name), { ...fact, ...place }, body, LINK);
        heads.set(name, head);
        const envelope = { ...fact, ...place, hash: Uint8Array.from(head, (char) => char.charCodeAt(0)) };
        const data = Uint8Array.from(body.subarray(LINK));
        stored.push({ ...envelope, data });
        facts.push({ ...envelope, data: decode(data) } as RecordedFact);
      });
      if (added.length > 0) queueMicrotask(followers.deliver);
      return facts.slice(first);
    };

    return { name, epoch: term.epoch, append };
  };

  return {
    writer,
    read: (query = {}) => ({ [Symbol.iterator]: () => readPages(pages, query) }),
    follow: followers.follow,
    refresh: followers.deliver,
    last: pages.last,
    stored: (after = 0) => stored.slice(after),
    terms: () => [...terms.values()].flat(),
    close: followers.stop,
  };
};
