import type { Log } from '@vipcast/log';
import { startResolver } from '@vipcast/next-hop-resolver';
import type { Clock, Identity, Logger } from '@vipcast/runtime';
import { startSpeakerThread } from '@vipcast/speaker';
import { startVipWatcher } from '@vipcast/vip-watcher';
import type { ServiceName } from './share.ts';

/** What services are started with. */
export interface ServiceContext {
  /** As the services of this process see it. */
  readonly log: Log;
  /** The file that it is in, and the writer that says which configuration holds: for services on other threads. */
  readonly journal: string;
  readonly host: string;
  readonly identity: Identity;
  readonly logLevel: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A service that runs. */
export interface RunningService {
  stop(): Promise<void> | void;
  /** Rejects when it can no longer run. */
  readonly died?: Promise<never>;
}

/** How each is started. */
export const STARTERS: Readonly<
  Record<ServiceName, (context: ServiceContext) => RunningService | Promise<RunningService>>
> = {
  speaker: ({ journal, identity, host, logLevel }) =>
    startSpeakerThread({ journal, identity, host, logLevel }),
  'vip-watcher': ({ log, identity, clock, logger }) => startVipWatcher({ log, ...identity, clock, logger }),
  'next-hop-resolver': ({ log, identity, clock, logger }) => startResolver({ log, identity, clock, logger }),
};

/** Routers hear the goodbye before addresses leave their interfaces. */
export const STOPPING: readonly ServiceName[] = ['next-hop-resolver', 'speaker', 'vip-watcher'];
