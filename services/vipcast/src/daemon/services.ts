import type { Log } from '@vipcast/log';
import { startLookingGlass } from '@vipcast/looking-glass';
import { startResolver } from '@vipcast/next-hop-resolver';
import type { Clock, Identity, Logger } from '@vipcast/runtime';
import { startSpeakerThread } from '@vipcast/speaker';
import { type Silence, startAllocator, startVipWatcher } from '@vipcast/vip-watcher';
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
  /** Why it does not hear the Kubernetes API; `undefined` while it does. */
  readonly silence?: () => Silence | undefined;
}

/** Services are given addresses where they are watched. */
const startWatching = ({ log, journal, identity, clock, logger }: ServiceContext): RunningService => {
  const watcher = startVipWatcher({ log, journal, ...identity, clock, logger });
  const allocator = startAllocator({ log, ...identity, logger });
  return {
    silence: watcher.silence,
    stop: async () => {
      await Promise.all([watcher.stop(), allocator.stop()]);
    },
  };
};

/** How each is started. */
export const STARTERS: Readonly<
  Record<ServiceName, (context: ServiceContext) => RunningService | Promise<RunningService>>
> = {
  speaker: ({ journal, identity, host, logLevel }) =>
    startSpeakerThread({ journal, identity, host, logLevel }),
  'vip-watcher': startWatching,
  'next-hop-resolver': ({ log, identity, clock, logger }) => startResolver({ log, identity, clock, logger }),
  'looking-glass': ({ log, journal, identity, clock, logger }) =>
    startLookingGlass({ log, journal, identity, clock, logger }),
};

/** Routers hear the goodbye before addresses leave their interfaces, and as long as anything runs somebody can be asked. */
export const STOPPING: readonly ServiceName[] = [
  'next-hop-resolver',
  'speaker',
  'vip-watcher',
  'looking-glass',
];
