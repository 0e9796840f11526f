import type { Config } from '@vipcast/config';
import type { Cause } from '@vipcast/events';
import type { Log } from '@vipcast/log';
import type { Logger } from '@vipcast/runtime';
import type { Input } from '@vipcast/vip';
import type { AdvertisedVip } from '@vipcast/vip/kubernetes';
import type { Silence } from './hearing.ts';
import type { VipConclusion } from './notice.ts';
import type { Services } from './services.ts';
import { type ServicesConfig, servicesConfigOf } from './settings.ts';

/** What a source of VIPs out of Services works with. */
export interface ServiceSourceOptions {
  readonly node: string;
  readonly logger: Logger;
  /** Of vipcast. */
  readonly version: string;
  /** The log, for when one node watches for all; left out where it is not in a file. */
  readonly shared?: { readonly log: Log; readonly journal: string; readonly cluster: string } | undefined;
  /** The VIPs of Services that are advertised now: from before a restart, when Services begin to be followed. */
  readonly advertised: () => readonly AdvertisedVip[];
  /** What came of what was heard; to be stepped as one. */
  readonly onJudged: (inputs: readonly Input[], cause: Cause | undefined) => void;
}

/** Follows Services while the configuration wishes so. */
export interface ServiceSource {
  configure(config: Partial<Config>, cause: Cause | undefined): void;
  /** Tells people, at the Service, what was concluded about its VIP. */
  tell(conclusion: VipConclusion): void;
  /** Why the API server is not heard; `undefined` while it is, and while nobody listens. */
  silence(): Silence | undefined;
  stop(): void;
}

/** Nothing is followed before the first configuration. */
export const createServiceSource = (options: ServiceSourceOptions): ServiceSource => {
  const { node, advertised, onJudged, shared, logger } = options;
  let wanted: ServicesConfig | undefined;
  let services: Services | undefined;
  let loading = false;

  /** Loaded when first needed: what it takes to speak to an API server takes longer to load than the daemon. */
  const load = async (): Promise<void> => {
    const [{ followServices }, { shareWatcher }] = await Promise.all([
      import('./services.ts'),
      import('./shared/sharing.ts'),
    ]);
    loading = false;
    if (wanted === undefined) return;
    const share = shared && shareWatcher({ ...shared, node, logger });
    services = followServices({ ...options, config: wanted, before: advertised(), share });
  };

  const stop = (): void => {
    wanted = undefined;
    services?.stop();
    services = undefined;
  };

  return {
    configure: (config, cause) => {
      const next = servicesConfigOf(config, node);
      if (next === undefined) {
        stop();
        // Nobody is there any more to say that the Node is to be drained.
        onJudged([{ type: 'NodeTold', drain: null }], cause);
        return;
      }
      wanted = next;
      if (services !== undefined) services.configure(next, cause);
      else if (!loading) {
        loading = true;
        void load();
      }
    },
    tell: (conclusion) => services?.tell(conclusion),
    silence: () => services?.silence(),
    stop,
  };
};
