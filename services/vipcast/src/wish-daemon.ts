import { join } from 'node:path';
import { causeOf, type Draft, type RecordedFact } from '@vipcast/events';
import { listenDoorbell, openJournal } from '@vipcast/log';
import { appender, createClock } from '@vipcast/runtime';
import { allWell, established } from './example.ts';
import { BEGIN, type Said, temporaryFolder, write } from './testing.ts';

/** For tests: what a daemon concludes from a wish, by service. */
export type Reaction = (wish: RecordedFact) => readonly (readonly ['vip-watcher' | 'speaker', Draft])[];

/** For tests: `tor1` was told of these prefixes. */
export const announced = (...prefixes: readonly string[]): Draft => ({
  type: 'route.Announced',
  of: 'tor1',
  data: {
    peer: 'tor1',
    family: 'ipv4-unicast',
    prefixes: [...prefixes],
    attributes: { origin: 'igp', asPath: [65000], nextHops: ['10.0.0.7'] },
  },
});

/** For tests: of these `tor1` was told that they are gone. */
export const takenBack = (...prefixes: readonly string[]): Draft => ({
  type: 'route.Withdrawn',
  of: 'tor1',
  data: { peer: 'tor1', family: 'ipv4-unicast', prefixes: [...prefixes] },
});

/** For tests: a wish that was not granted. */
export const refusal = (wish: RecordedFact, because: string): Draft => ({
  type: 'operator.Refused',
  of: 'n1',
  data: { request: wish.id, because },
});

/**
 * For tests: a journal in which all is well, and somebody at its door who answers wishes. The last fact is at 9, or
 * later with facts of other nodes.
 */
export const startWishDaemon = async (
  reaction: Reaction,
  others: readonly Said[] = [],
): Promise<{ readonly journal: string; close(): Promise<void> }> => {
  const folder = temporaryFolder();
  const journal = join(folder.path, 'journal.db');
  write(journal, allWell(BEGIN));
  write(journal, others);
  const log = openJournal(journal);
  const clock = createClock();
  const writers = { 'vip-watcher': log.writer('n1/vip-watcher'), speaker: log.writer('n1/speaker') };
  const append = (service: keyof typeof writers, draft: Draft, because?: RecordedFact): void => {
    const cause = because === undefined ? undefined : causeOf(because);
    appender(writers[service], { cluster: 'test', node: 'n1' }, clock)([draft], cause);
  };
  // A new speaker knows no session until it says so.
  append('speaker', established('tor1').draft);
  append('speaker', announced('192.0.2.10/32'));
  const following = log.follow({ after: log.last(), aggregates: ['operator'] }, (facts) => {
    for (const fact of facts)
      if (fact.type !== 'operator.Refused')
        for (const [service, draft] of reaction(fact)) append(service, draft, fact);
  });
  const doorbell = await listenDoorbell(journal, () => log.refresh());
  return {
    journal,
    close: async () => {
      await doorbell.close();
      following.stop();
      log.close();
      folder.remove();
    },
  };
};
