import { nodeSubjects, type RecordedFact } from '@vipcast/events';
import { type Log, openNotes } from '@vipcast/log';
import type { Clock, Identity, Logger } from '@vipcast/runtime';
import type { Findings } from './health.ts';
import { createListening } from './listening.ts';
import { reply } from './reply.ts';
import { createStanding, takeFact } from './standing.ts';
import { watchThreads } from './threads.ts';

/** What the looking glass needs from its host. */
export interface LookingGlassOptions {
  /** As the services of this process see it. */
  readonly log: Log;
  /** The file that it is in. */
  readonly journal: string;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds until an address that was taken is tried again. */
  readonly retryTime?: number;
}

/** A running looking glass. */
export interface LookingGlass {
  stop(): Promise<void>;
}

const RETRY_TIME = 5000;
const SPEAKER = 'speaker';

/** Before the start of the speaker that runs in this process: older sessions are over. 0 if it runs elsewhere. */
const beginning = (log: Log): number => {
  for (const fact of log.read({ aggregates: ['node'], reverse: true }))
    if (fact.type === 'node.Started') return fact.data.services.includes(SPEAKER) ? fact.position - 1 : 0;
  return 0;
};

/** True when the lease of a speaker in another process ran out, by what this node last noted. */
const isSpeakerMissed = (journal: string, node: string): boolean => {
  const notes = openNotes(journal, { readOnly: true });
  const last = notes
    .presence()
    .filter((each) => each.node === `${node}/${SPEAKER}`)
    .at(-1);
  notes.close();
  return last?.present === false;
};

/** Answers for one node over HTTP, where and when its configuration says so. */
export const startLookingGlass = (options: LookingGlassOptions): LookingGlass => {
  const { log, journal, identity, clock, logger, retryTime = RETRY_TIME } = options;
  const standing = createStanding();
  const threads = watchThreads(clock);
  const findings = (): Findings => ({
    standing,
    threads: threads.look(),
    trouble: log.trouble(),
    isSpeakerMissed: () => isSpeakerMissed(journal, identity.node),
  });
  const listening = createListening({
    answer: (method, target) => reply(method, target, findings),
    logger,
    retryTime,
  });

  const mine = nodeSubjects(identity);
  const onFacts = (facts: readonly RecordedFact[]): void => {
    for (const fact of facts) if (fact.subject.startsWith(mine)) takeFact(standing, fact);
    listening.want(standing.listen);
  };
  const following = log.follow({ after: beginning(log), aggregates: ['node', 'session'] }, onFacts);

  return {
    stop: async () => {
      following.stop();
      threads.stop();
      await listening.stop();
    },
  };
};
