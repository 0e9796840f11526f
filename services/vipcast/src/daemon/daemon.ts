import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '@vipcast/config';
import { listenDoorbell, openJournal } from '@vipcast/log';
import type { Clock, Logger } from '@vipcast/runtime';
import type { ConfigFile } from './config-file.ts';
import { loadConfigFile } from './config-loader.ts';
import { watchConfigFile } from './config-watch.ts';
import { startNode } from './node.ts';
import { beginJournal, createReplicator } from './replicator.ts';

/** What `vipcast up` hosts. */
export interface DaemonOptions {
  readonly file: string;
  readonly first: ConfigFile & { readonly ok: true };
  /** Identity of the file from before `first` was read. */
  readonly seen: string;
  readonly version: string;
  readonly logLevel: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One node and its configuration file. */
export interface Daemon {
  /** Rejects when a service can no longer run. */
  readonly died: Promise<never>;
  /** Reads the configuration file again. */
  reload(): void;
  stop(reason: string): Promise<void>;
}

/** What cannot change while running: it names the journal and the node in it. */
const fixedPart = ({ cluster, node, log }: Config): string => JSON.stringify([cluster, node, log.journal]);

const FIXED = 'cluster, node and log.journal cannot change while running; restart vipcast to apply them';

/** Starts one node on its journal, and applies its configuration file whenever that changes. */
export const startDaemon = async (options: DaemonOptions): Promise<Daemon> => {
  const { file, logger } = options;
  const { journal } = options.first.config.log;
  const fixed = fixedPart(options.first.config);
  mkdirSync(dirname(journal), { recursive: true });
  const log = openJournal(journal);
  beginJournal(options.first.config, options.clock.wall());
  const doorbell = await listenDoorbell(journal, log.refresh);
  const node = await startNode({ ...options, log, applied: { ...options.first, file } });
  const replicator = createReplicator({ ...options, log });
  replicator.apply(options.first.config);
  let said = options.first.digest;
  let stopping = false;

  const refuse = (errors: readonly string[]): void => {
    for (const error of errors) logger.error(error);
    logger.error({ file }, 'the configuration file is refused; the last good configuration stays');
    node.refuse(file, errors);
  };

  const apply = (read: ConfigFile): void => {
    // What a file is refused for may lie in another one that it names: the same digest can have another answer.
    const answer = read.ok ? read.digest : read.errors.join('\n');
    if (stopping || answer === said) return;
    said = answer;
    if (!read.ok) refuse(read.errors);
    else if (fixedPart(read.config) !== fixed) refuse([`${file}: ${FIXED}`]);
    else {
      for (const warning of read.warnings) logger.warn(warning);
      node.apply({ ...read, file });
      replicator.apply(read.config);
      logger.info({ file }, 'configuration applied');
    }
  };

  // One reading at a time, in the order asked for: an older file must never win over a newer one.
  let reading = Promise.resolve();
  let waiting = false;
  const read = async (): Promise<void> => {
    waiting = false;
    apply(await loadConfigFile(file));
  };
  const reload = (): void => {
    // A reading that has not begun will see this change too: a storm of signals is two readings.
    if (waiting) return;
    waiting = true;
    reading = reading
      .then(read)
      .catch((error: unknown) => logger.error({ err: error }, 'the configuration cannot be applied'));
  };
  const watching = watchConfigFile(file, options.seen, reload);

  return {
    died: node.died,
    reload,
    stop: async (reason) => {
      stopping = true;
      watching.stop();
      await node.stop(reason);
      await replicator.stop();
      await doorbell.close();
      log.close();
    },
  };
};
