import type { Config } from '@vipcast/config';
import { forgetReplication, type Log, noteOwnNode, openNotes, patientNotes, raiseEpochs } from '@vipcast/log';
import type { Replication } from '@vipcast/log/replication';
import type { Clock, Logger } from '@vipcast/runtime';
import { objectionToDrain } from './drainable.ts';
import type { Share } from './share.ts';
import { answerWishes, createWishDesk, type WishDesk } from './wishes.ts';

/** The traffic between this node's log and its cluster's, as the configuration wants it. */
export interface Replicator {
  /** Takes a configuration into effect; the log does not wait for it. */
  apply(config: Config): void;
  /** Waits until the journal has what the stream has, as long as that gets on; not for a server that is away. */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

/** How long a service that runs apart waits for what it missed before it starts on what it knows, in milliseconds. */
const PATIENCE = 2000;
/** With an empty journal there is nothing to start on. */
const PATIENCE_AT_FIRST = 30_000;

/** What must be known before the first fact is written: whose journal this is, and that no epoch is used twice. */
export const beginJournal = ({ node, log }: Config, { journal, takesWishes }: Share, now: number): void => {
  const notes = patientNotes(openNotes(journal));
  noteOwnNode(notes, node, takesWishes);
  if (log.nats === null) forgetReplication(notes);
  else raiseEpochs(notes, now / 1000);
  notes.close();
};

/** A node that keeps its log to itself never loads the client of NATS. */
export const createReplicator = (options: {
  readonly log: Log;
  readonly share: Share;
  readonly clock: Clock;
  readonly logger: Logger;
}): Replicator => {
  const { share } = options;
  const isFresh = options.log.last() === 0;
  let settings = 'null';
  let running: Replication | undefined;
  let turn = Promise.resolve();
  let desk: WishDesk | undefined;

  const change = async ({ cluster, node, log }: Config): Promise<void> => {
    await running?.stop();
    running = undefined;
    if (log.nats === null) return;
    const { startReplication } = await import('@vipcast/log/replication');
    const identity = { cluster, node };
    if (share.takesWishes)
      desk ??= createWishDesk({
        ...options,
        identity,
        objectionToDrain: () => objectionToDrain(share.journal, identity, options.clock.wall()),
      });
    const wishes = desk;
    running = startReplication({
      ...options,
      journal: share.journal,
      identity: share.identity,
      nats: log.nats,
      onConnection: (nc) => {
        if (wishes !== undefined) answerWishes(nc, identity, wishes, options.logger);
      },
    });
  };

  const inTurn = (action: () => Promise<void>): Promise<void> => {
    turn = turn
      .then(action)
      .catch((error: unknown) => options.logger.error({ err: error }, 'the log cannot be replicated'));
    return turn;
  };

  return {
    apply: (config) => {
      const wanted = JSON.stringify(config.log.nats);
      if (wanted === settings) return;
      settings = wanted;
      void inTurn(() => change(config));
    },
    catchUp: async () => {
      await turn;
      await running?.catchUp(isFresh ? PATIENCE_AT_FIRST : PATIENCE);
    },
    stop: () => inTurn(async () => running?.stop()),
  };
};
