import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '@vipcast/config';
import { giveWay } from '@vipcast/linux';
import { openJournal } from '@vipcast/log';
import { type Clock, type Logger, sayHeld } from '@vipcast/runtime';
import type { ConfigFile } from './config-file.ts';
import { loadConfigFile } from './config-loader.ts';
import { watchConfigFile } from './config-watch.ts';
import { type DoorAnswer, listenAt } from './door.ts';
import { startNode } from './node.ts';
import { beginJournal, createReplicator } from './replicator.ts';
import { createResources } from './resources/resources.ts';
import { type ServiceName, shareOf } from './share.ts';

/** What `vipcast up` and `vipcast run` host. */
export interface DaemonOptions {
  /** One service alone; left out, all of the node. */
  readonly service?: ServiceName;
  readonly file: string;
  readonly first: ConfigFile & { readonly ok: true };
  /** Identity of the file from before `first` was read. */
  readonly seen: string;
  readonly version: string;
  readonly logLevel: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A node, or one service of it, and its configuration file. */
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

/** What resources of Kubernetes add to a configuration. */
const addedPart = ({ peers, advertisements, pools }: Config): string =>
  JSON.stringify([peers, advertisements, pools]);

/** Why a service does not run apart without NATS. */
export const APART = 'log.nats is not set, and services that run apart meet on NATS only';

/**
 * So long a node that never heard of resources waits for them at its start, in milliseconds: Services that are heard
 * before their advertisements would be told that none selects them.
 */
const FIRST_HEARING = 5000;

/** Starts services of one node on a journal, and applies its configuration file whenever that changes. */
export const startDaemon = async (options: DaemonOptions): Promise<Daemon> => {
  const { file, logger, service } = options;
  const { config } = options.first;
  const share = shareOf(config, service);
  const fixed = fixedPart(config);
  mkdirSync(dirname(share.journal), { recursive: true });
  const log = openJournal(share.journal, { holding: sayHeld(logger), onTold: giveWay });
  let tell = (): Pick<DoorAnswer, 'silence' | 'heldResources'> => ({ silence: null, heldResources: null });
  const answer = (): DoorAnswer => ({ node: config.node, trouble: log.trouble() ?? null, ...tell() });
  const doors = await listenAt(share.doors, log.refresh, answer);
  beginJournal(config, share, options.clock.wall());
  const replicator = createReplicator({ ...options, log, share });
  const { journal, takesWishes: writesStatus } = share;
  let takeResources = (): void => void resources.effective(config);
  const resources = createResources({ ...options, journal, writesStatus, onChange: () => takeResources() });
  const close = async (): Promise<void> => {
    await resources.stop();
    await replicator.stop();
    await doors.close();
    log.close();
  };
  replicator.apply(config);
  // What another process decided is in the stream: a service that starts on less would say what is over.
  if (service !== undefined) await replicator.catchUp();
  resources.follow(config);
  await resources.heard(FIRST_HEARING);
  let current = options.first;
  let running = resources.effective(config);
  const applied = { ...current, file, config: running };
  const node = await startNode({ ...options, log, share, applied }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  tell = () => ({ silence: node.silence() ?? null, heldResources: resources.held() ?? null });
  let said = options.first.digest;
  let stopping = false;

  const applyResources = (): void => {
    if (stopping) return;
    const next = resources.effective(current.config, running);
    if (addedPart(next) === addedPart(running)) return;
    running = next;
    node.apply({ ...current, file, config: next });
    logger.info('configuration applied: resources of Kubernetes changed');
  };

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
    else if (service !== undefined && read.config.log.nats === null) refuse([`${file}: ${APART}`]);
    else {
      for (const warning of read.warnings) logger.warn(warning);
      current = read;
      running = resources.effective(read.config, running);
      node.apply({ ...read, file, config: running });
      replicator.apply(read.config);
      resources.follow(read.config);
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
  takeResources = applyResources;
  takeResources();
  const watching = watchConfigFile(file, options.seen, reload);

  return {
    died: node.died,
    reload,
    stop: async (reason) => {
      stopping = true;
      watching.stop();
      await node.stop(reason);
      await close();
    },
  };
};
