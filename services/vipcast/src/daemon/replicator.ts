import type { Config } from '@vipcast/config';
import { forgetReplication, type Log, noteOwnNode, openNotes, raiseEpochs } from '@vipcast/log';
import type { Replication } from '@vipcast/log/replication';
import type { Clock, Logger } from '@vipcast/runtime';

/** The traffic between this node's log and its cluster's, as the configuration wants it. */
export interface Replicator {
  /** Takes a configuration into effect; the log does not wait for it. */
  apply(config: Config): void;
  stop(): Promise<void>;
}

/** What must be known before the first fact is written: whose journal this is, and that no epoch is used twice. */
export const beginJournal = ({ node, log }: Config, now: number): void => {
  const notes = openNotes(log.journal);
  noteOwnNode(notes, node);
  if (log.nats === null) forgetReplication(notes);
  else raiseEpochs(notes, now / 1000);
  notes.close();
};

/** A node that keeps its log to itself never loads the client of NATS. */
export const createReplicator = (options: {
  readonly log: Log;
  readonly clock: Clock;
  readonly logger: Logger;
}): Replicator => {
  let settings = 'null';
  let running: Replication | undefined;
  let turn = Promise.resolve();

  const change = async ({ cluster, node, log }: Config): Promise<void> => {
    await running?.stop();
    running = undefined;
    if (log.nats === null) return;
    const { startReplication } = await import('@vipcast/log/replication');
    const identity = { cluster, node };
    running = startReplication({ ...options, journal: log.journal, identity, nats: log.nats });
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
    stop: () => inTurn(async () => running?.stop()),
  };
};
