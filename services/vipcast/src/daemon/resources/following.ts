import type { Config } from '@vipcast/config';
import { type Access, loadAccess, openCluster, systemClock } from '@vipcast/kubernetes';
import type { Logger } from '@vipcast/runtime';
import { type StatusWriter, startStatusWriter, type WantedCondition } from './status-writer.ts';
import { type Seen, watchView } from './view.ts';

/** What following an API server needs. */
export interface FollowingOptions {
  readonly config: Config;
  readonly version: string;
  /** Whether conditions are written, too. */
  readonly writesStatus: boolean;
  readonly conditions: () => readonly WantedCondition[];
  readonly isKnown: (kind: string) => boolean;
  readonly onSeen: (seen: Seen) => void;
  readonly logger: Logger;
}

/** An API server that is followed until it is stopped. */
export interface Following {
  /** Lists everything again. */
  relist(): void;
  stop(): Promise<void>;
}

/** How long the API server may take to hear that a Lease is given back, in milliseconds. */
const PARTING_MS = 1000;
const ACCESS_RETRY_MS = 10_000;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

const followAt = (access: Access, options: FollowingOptions): Following => {
  const { config, version, writesStatus, conditions, isKnown, onSeen, logger } = options;
  const cluster = openCluster(access, { version });
  // That of the pod, else that of the kubeconfig's context, else `default`.
  const { namespace } = access;
  const shared = { cluster, node: config.node, clock: systemClock, logger };
  let status: StatusWriter | undefined;
  const look = () =>
    watchView({ ...shared, isKnown }, (seen) => {
      onSeen(seen);
      status?.look();
    });
  let view = look();
  if (writesStatus) status = startStatusWriter({ ...shared, namespace, conditions });
  return {
    relist: () => {
      view.stop();
      view = look();
    },
    stop: async () => {
      view.stop();
      await Promise.race([status?.stop(), pause(PARTING_MS)]);
      cluster.close();
    },
  };
};

/** Follows the API server that the configuration names; while none can be found, looks for it again and again. */
export const followCluster = (options: FollowingOptions): Following => {
  const { config, logger } = options;
  let said = '';
  let retry: NodeJS.Timeout | undefined;
  let following: Following | undefined;
  let stopped = false;

  const begin = async (): Promise<void> => {
    const found = await loadAccess({ kubeconfig: config.kubernetes.kubeconfig ?? undefined });
    if (stopped) return;
    if (found.ok) {
      following = followAt(found.access, options);
      return;
    }
    const { message } = found.problem;
    if (said !== message) logger.error(`no way to the API server: ${message}`);
    said = message;
    retry = setTimeout(start, ACCESS_RETRY_MS);
  };
  const start = (): void => {
    begin().catch((error: unknown) => logger.error({ err: error }, 'resources cannot be followed'));
  };

  start();
  return {
    relist: () => following?.relist(),
    stop: async () => {
      stopped = true;
      clearTimeout(retry);
      await following?.stop();
    },
  };
};
