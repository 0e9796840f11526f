import {
  type Batch,
  type Clock,
  type Cluster,
  type EventRecorder,
  type KubernetesObject,
  NAMESPACES,
  type Resource,
  type ResourceWatch,
  SERVICES,
  watchResource,
} from '@vipcast/kubernetes';
import type { Logger } from '@vipcast/runtime';
import {
  type AllocationInput,
  type AllocationSettings,
  type Assignment,
  claimantOf,
  emptyAllocation,
  sameAddresses,
  stepAllocation,
} from '@vipcast/vip/allocation';
import { namespaceOf, type Projected } from '@vipcast/vip/kubernetes';
import { noticeOf, unwritableNotice, writtenNotice } from './notice.ts';
import { createStatusWriter, FIELD_MANAGER } from './status-writer.ts';

/** What a term of office takes. */
export interface TermOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly recorder: EventRecorder;
  readonly logger: Logger;
  readonly settings: AllocationSettings;
  /** By the clock, whatever was told: asked right before each write. */
  readonly isLeader: () => boolean;
}

/** The time for which one node allocates for all. */
export interface Term {
  configure(settings: AllocationSettings): void;
  /** Writes nothing more; resolves when nothing is under way. */
  finish(): Promise<void>;
  /** Writes nothing more, and ends what is under way. */
  abandon(): void;
}

/** What can be read is kept; what has a name and cannot be read is none of ours. */
const keep =
  <T>(read: (object: KubernetesObject) => Projected<T>) =>
  (object: KubernetesObject): T | null | undefined => {
    const projected = read(object);
    if ('value' in projected) return projected.value;
    return projected.key === undefined ? undefined : null;
  };

/** Equal for settings that say the same. */
const textOf = ({ services, pools, reserved }: AllocationSettings): string =>
  JSON.stringify([services, pools, [...reserved]]);

const needsNamespaces = ({ pools }: AllocationSettings): boolean =>
  pools.some(({ namespaceSelector }) => namespaceSelector !== null);

/** Lists everything afresh, decides, and writes what was decided, until it is over. */
export const beginTerm = (options: TermOptions): Term => {
  const { cluster, clock, recorder, logger, isLeader } = options;
  let { settings } = options;
  let state = emptyAllocation(settings);
  const queue: AllocationInput[] = [];
  let soon: NodeJS.Immediate | undefined;
  let over = false;

  const isCurrent = ({ key, addresses, resourceVersion }: Assignment): boolean => {
    const now = state.assigned.get(key);
    return now?.resourceVersion === resourceVersion && sameAddresses(now.addresses, addresses);
  };

  const writer = createStatusWriter({
    ...{ cluster, clock },
    mayWrite: (assignment) => !over && isLeader() && isCurrent(assignment),
    onWritten: (assignment) => {
      logger.info({ service: assignment.key, addresses: assignment.addresses }, 'addresses assigned');
      recorder.record(writtenNotice(assignment));
    },
    onRefused: (assignment, because) => {
      logger.warn({ service: assignment.key, because }, 'the API server refuses a status');
      recorder.record(unwritableNotice(assignment, because));
    },
    onTrouble: (because) => logger.warn({ because }, 'addresses of Services cannot be written'),
  });

  const decide = (): void => {
    soon = undefined;
    try {
      const stepped = stepAllocation(state, queue.splice(0));
      state = stepped.state;
      for (const verdict of stepped.verdicts) {
        const notice = noticeOf(verdict);
        if (notice !== undefined) recorder.record(notice);
      }
      for (const assignment of stepped.assignments) writer.put(assignment);
    } catch (error) {
      logger.error({ err: error }, 'a step failed');
    }
  };

  /** What arrives in one turn of the event loop is decided on as one. */
  const put = (...inputs: AllocationInput[]): void => {
    if (over) return;
    queue.push(...inputs);
    soon ??= setImmediate(decide);
  };

  const watch = <T>(
    resource: Resource,
    read: (object: KubernetesObject) => Projected<T>,
    onChange: (batch: Batch<T>) => void,
  ): ResourceWatch =>
    watchResource(
      { cluster, clock, resource, project: keep(read) },
      {
        onChange,
        onError: ({ key, message }) => logger.warn({ object: key, because: message }, 'malformed'),
      },
    );

  let listed = { services: false, namespaces: false };
  let settingsAreNew = false;

  /** Selectors of namespaces are not taken in before namespaces are known: they would select nothing. */
  const proceed = (): void => {
    if (needsNamespaces(settings) && !listed.namespaces) return;
    if (settingsAreNew) put({ type: 'SettingsChanged', settings });
    settingsAreNew = false;
    if (listed.services && !state.listed) put({ type: 'Listed' });
  };

  // All namespaces, also where the Services of one alone are served: an address that any of them has is not free.
  const services = watch(
    SERVICES,
    (object) => claimantOf(object, FIELD_MANAGER),
    ({ set, deleted }) => {
      put({ type: 'ServicesChanged', set: set.map(({ value }) => value), deleted });
      if (listed.services) return;
      listed = { ...listed, services: true };
      proceed();
    },
  );

  let namespaces: ResourceWatch | undefined;
  const adjust = (): void => {
    if (!needsNamespaces(settings)) {
      namespaces?.stop();
      namespaces = undefined;
      listed = { ...listed, namespaces: false };
    } else
      namespaces ??= watch(NAMESPACES, namespaceOf, ({ set, deleted }) => {
        put({ type: 'NamespacesChanged', set: set.map(({ value }) => value), deleted });
        if (listed.namespaces) return;
        listed = { ...listed, namespaces: true };
        proceed();
      });
  };
  adjust();

  const end = (): void => {
    over = true;
    clearImmediate(soon);
    services.stop();
    namespaces?.stop();
  };

  return {
    configure: (next) => {
      if (textOf(next) === textOf(settings)) return;
      settings = next;
      settingsAreNew = true;
      adjust();
      proceed();
    },
    finish: async () => {
      end();
      await writer.finish();
    },
    abandon: () => {
      end();
      writer.abandon();
    },
  };
};
