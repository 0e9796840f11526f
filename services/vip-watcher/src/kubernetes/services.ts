import type { Cause } from '@vipcast/events';
import {
  type Clock,
  type Cluster,
  createEventRecorder,
  type EventRecorder,
  systemClock,
} from '@vipcast/kubernetes';
import type { Logger } from '@vipcast/runtime';
import type { Input } from '@vipcast/vip';
import {
  type AdvertisedVip,
  CONFIRM_INTERVAL,
  emptyServices,
  type ServicesInput,
  type ServicesStepped,
  stepServices,
} from '@vipcast/vip/kubernetes';
import { type Connection, connect } from './connection.ts';
import { createHearing, type Silence } from './hearing.ts';
import { inputOfHeard } from './intake.ts';
import { noticeOf, type VipConclusion } from './notice.ts';
import { portionsOf } from './portions.ts';
import type { ServicesConfig } from './settings.ts';
import type { Sharing, SharingListeners, SourceKind } from './shared/sharing.ts';
import { createUntold } from './untold.ts';
import {
  createWatches,
  type Heard,
  type Kind,
  type Wanted,
  type Watches,
  type WatchListeners,
} from './watches.ts';

/** What following Services takes. */
export interface ServicesOptions {
  readonly config: ServicesConfig;
  /** The VIPs of Services that are advertised from before a restart. */
  readonly before: readonly AdvertisedVip[];
  readonly logger: Logger;
  /** Of vipcast. */
  readonly version: string;
  /** Takes part in one watcher for all nodes; left out where that cannot be. */
  readonly share?: ((listeners: SharingListeners) => Sharing) | undefined;
  /** Told what came of what was heard, each to be stepped as one; very much comes in portions. */
  readonly onJudged: (inputs: readonly Input[], cause: Cause | undefined) => void;
  readonly clock?: Clock;
  /** Milliseconds between the lists that confirm what is held. */
  readonly confirmInterval?: number;
}

/** The Services of a cluster, followed until it is stopped. */
export interface Services {
  /** Takes another configuration, which `cause` led to. */
  configure(config: ServicesConfig, cause: Cause | undefined): void;
  /** Tells people, at the Service, what was concluded about its VIP. While the API server is not heard, the last about each VIP waits. */
  tell(conclusion: VipConclusion): void;
  /** Why the API server is not heard; `undefined` while it is. */
  silence(): Silence | undefined;
  stop(): void;
}

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const wantedFor = ({ settings: { node, namespace }, advertisements }: ServicesConfig): Wanted => ({
  node,
  namespace,
  namespaces: advertisements?.some(({ namespaceSelector }) => namespaceSelector !== null) ?? false,
});

/** Follows Services, their EndpointSlices and this Node. */
export const followServices = (options: ServicesOptions): Services => {
  const { before, logger, version, onJudged, clock = systemClock } = options;
  const { confirmInterval = CONFIRM_INTERVAL } = options;
  let { config } = options;
  const { node } = config.settings;
  let state = emptyServices(config.settings, before);
  const hearing = createHearing(logger);
  const queue: ServicesInput[] = [];
  /** Watches whose first list has not come. */
  const unlisted = new Set<Kind>();
  /** Of which there has been a list. */
  const known = new Set<Kind>();
  /** All watches have begun anew: when the last list has come, everything was listed. */
  let listing = false;
  /** The advertisements of the configuration were not taken in yet. */
  let advertisementsAreNew = true;
  let synced = false;
  let drain: string | null | undefined;
  let cluster: Cluster | undefined;
  let watches: Watches | undefined;
  let sharing: Sharing | undefined;
  let recorder: EventRecorder | undefined;
  let stopConfirming: (() => void) | undefined;
  let soon: NodeJS.Immediate | undefined;
  const untold = createUntold(
    () => hearing.silence() === undefined,
    (conclusion) => {
      const { vip } = conclusion;
      const uid = state.said.get(vip)?.uid || state.cluster.services.get(vip)?.uid;
      const notice = noticeOf(conclusion, node, uid);
      if (notice !== undefined) recorder?.record(notice);
    },
  );

  const step = (inputs: readonly ServicesInput[]): ServicesStepped | undefined => {
    try {
      return stepServices(state, inputs);
    } catch (error) {
      logger.error({ err: error, inputs: inputs.slice(0, 3).map(({ type }) => type) }, 'a step failed');
      return undefined;
    }
  };

  const judge = (cause?: Cause): void => {
    clearImmediate(soon);
    soon = undefined;
    if (queue.length === 0) return;
    const stepped = step(queue.splice(0));
    if (stepped === undefined) return;
    state = stepped.state;
    const inputs: Input[] = [];
    if (stepped.drain !== undefined && stepped.drain !== drain) {
      drain = stepped.drain;
      // First, so that a node which is drained begins to advertise nothing.
      inputs.push({ type: 'NodeTold', drain });
    }
    for (const [i, verdicts] of portionsOf(stepped.verdicts).entries()) {
      if (i > 0) onJudged(inputs.splice(0), cause);
      inputs.push({ type: 'ServicesJudged', verdicts });
    }
    if (state.listed && !synced) {
      synced = true;
      inputs.push({ type: 'ServicesSynced' });
    }
    if (stepped.held > 0) stopConfirming ??= clock.after(confirmInterval, confirm);
    if (inputs.length > 0) onJudged(inputs, cause);
  };

  /** What arrives in one turn of the event loop is judged as one. */
  const put = (input: ServicesInput): void => {
    queue.push(input);
    soon ??= setImmediate(() => judge());
  };

  /** Selectors of namespaces are not taken in before namespaces are known: they would select nothing. */
  const takeAdvertisements = (): void => {
    if (!advertisementsAreNew || (wantedFor(config).namespaces && !known.has('namespaces'))) return;
    advertisementsAreNew = false;
    put({ type: 'AdvertisementsChanged', told: 'watch', advertisements: config.advertisements });
  };

  /** Advertisements before all else: nothing is to be judged by those before them. */
  const completeList = (): void => {
    takeAdvertisements();
    if (!listing || unlisted.size > 0) return;
    listing = false;
    put({ type: 'Listed' });
  };

  const hear = (heard: Heard): void => {
    put(inputOfHeard(heard, state));
    if (!unlisted.delete(heard.kind)) return;
    known.add(heard.kind);
    completeList();
  };

  const adjust = (): void => {
    const wanted = wantedFor(config);
    sharing?.adjust(wanted);
    const begun = watches?.adjust(wanted) ?? [];
    if (!wanted.namespaces) {
      for (const kinds of [known, unlisted]) kinds.delete('namespaces');
      hearing.forget('namespaces');
    }
    for (const kind of begun) unlisted.add(kind);
  };

  const sourceNow = (): SourceKind => sharing?.source() ?? 'api';

  /** Lists everything again, and goes on from there. */
  const relist = (): void => {
    const listeners: WatchListeners = {
      onHeard: hear,
      onCondition: (kind, condition) => {
        hearing.take(kind, condition);
        untold.goOn();
      },
      onMalformed: (kind, { key, message }) =>
        logger.warn({ object: key, kind, because: message }, 'malformed'),
    };
    const next =
      sourceNow() === 'api'
        ? cluster && createWatches(cluster, clock, listeners)
        : sharing?.watches(listeners);
    if (next === undefined) return;
    watches?.stop();
    unlisted.clear();
    listing = true;
    watches = next;
    adjust();
  };

  const confirm = (): void => {
    stopConfirming = undefined;
    if (state.held.size === 0) return;
    if (sourceNow() === 'api') relist();
    else {
      sharing?.confirm();
      stopConfirming = clock.after(confirmInterval, confirm);
    }
  };

  const open = (found: Cluster): void => {
    cluster = found;
    hearing.find();
    recorder?.stop();
    recorder = createEventRecorder({
      cluster,
      clock,
      reporter: { component: 'vipcast', host: node },
      onError: (because) => logger.warn({ because }, 'Kubernetes Events cannot be written'),
    });
    sharing?.open(cluster);
    if (sourceNow() === 'nowhere') hearing.lose('no node is known to watch it for all', clock.wall());
    if (sourceNow() !== 'api') return;
    logger.info({ server: cluster.server }, 'watching Services');
    relist();
  };

  const close = (): void => {
    watches?.stop();
    recorder?.stop();
    connection.stop();
    [watches, recorder, cluster] = [undefined, undefined, undefined];
    listing = false;
  };

  const search = (): Connection =>
    connect({
      ...{ kubeconfig: config.kubeconfig, version, clock },
      onOpen: open,
      onTrouble: (because) => {
        if (sourceNow() === 'api') hearing.lose(because, clock.wall());
        else logger.warn({ because }, 'there is no way to the Kubernetes API, which another node may watch');
      },
      inDoubt: () => hearing.silence() !== undefined,
    });

  /** Begins or ends to take part in one watcher for all; then nobody is listened to until it says whom. */
  const partake = (): void => {
    const takesPart = config.sharedWatcher && options.share !== undefined;
    if (takesPart === (sharing !== undefined)) return;
    sharing?.stop();
    sharing = takesPart
      ? options.share?.({ onSource: relist, onListed: () => put({ type: 'Listed' }) })
      : undefined;
    sharing?.adjust(wantedFor(config));
    if (cluster !== undefined) sharing?.open(cluster);
    if (sharing === undefined) relist();
  };

  partake();
  let connection = search();
  takeAdvertisements();

  return {
    configure: (next, cause) => {
      const past = config;
      config = next;
      if (!sameJson(past.settings, next.settings)) put({ type: 'SettingsChanged', settings: next.settings });
      advertisementsAreNew ||= !sameJson(past.advertisements, next.advertisements);
      if (past.kubeconfig !== next.kubeconfig) {
        close();
        connection = search();
        relist();
      }
      partake();
      adjust();
      completeList();
      judge(cause);
    },
    tell: untold.add,
    silence: hearing.silence,
    stop: () => {
      clearImmediate(soon);
      untold.stop();
      stopConfirming?.();
      sharing?.stop();
      close();
    },
  };
};
