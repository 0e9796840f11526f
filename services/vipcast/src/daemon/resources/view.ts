import { type Labels, resourceOf } from '@vipcast/config';
import {
  apiVersionOf,
  type Batch,
  type Clock,
  type Cluster,
  type KubernetesObject,
  NODES,
  type Resource,
  watchResource,
} from '@vipcast/kubernetes';
import type { Logger } from '@vipcast/runtime';
import { watchKind } from './kind-watch.ts';
import { OUR_KINDS } from './kinds.ts';
import type { HeardResource } from './known.ts';
import { type WrittenCondition, writtenOn } from './written-condition.ts';

/** A resource as the API server has it, with our condition on it. */
export interface SeenResource extends HeardResource {
  readonly written: WrittenCondition | null;
}

/** Everything that the API server says of resources and of this node. */
export interface Seen {
  readonly resources: readonly SeenResource[];
  /** `null` when it has no such node. */
  readonly labels: Labels | null;
  /** Uids of what a watch told to be deleted, so long as this was looked at. */
  readonly deleted: ReadonlySet<string>;
  /** The kinds that it does not have. */
  readonly absent: ReadonlySet<string>;
  /** True once: everything was listed just now. */
  readonly first: boolean;
}

/** What to look at. */
export interface ViewOptions {
  readonly cluster: Cluster;
  /** Name of this node. */
  readonly node: string;
  /** Whether any resource of a kind is known from before. */
  readonly isKnown: (kind: string) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What comes together is told together: a manifest of many resources is one change, or a few. */
const SETTLE_MS = 50;

const seenAs =
  (of: Resource) =>
  (object: KubernetesObject): SeenResource => ({
    uid: String(object.metadata.uid ?? ''),
    read: resourceOf({ ...object, apiVersion: apiVersionOf(of), kind: of.kind }),
    written: writtenOn(object),
  });

/** As text: a Node changes with each word of its kubelet, and its labels seldom do. */
const labelsOf = ({ metadata }: KubernetesObject): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(metadata.labels ?? {}).filter(
        (label): label is [string, string] => typeof label[1] === 'string',
      ),
    ),
  );

const takeBatch = <T>(objects: Map<string, T>, { set, deleted }: Batch<T>): void => {
  for (const key of deleted) objects.delete(key);
  for (const { key, value } of set) objects.set(key, value);
};

/** Calls back with all there is, first when every kind and the node were heard, then whenever something changed. */
export const watchView = (
  { cluster, node, isKnown, clock, logger }: ViewOptions,
  onSeen: (seen: Seen) => void,
): { readonly stop: () => void } => {
  const unheard = new Set<Resource>([...OUR_KINDS, NODES]);
  const kinds = new Map(OUR_KINDS.map((of) => [of, new Map<string, SeenResource>()]));
  const nodes = new Map<string, string>();
  const complaints = new Map<Resource, string>();
  const deleted = new Set<string>();
  const absent = new Set<string>();
  let first = true;
  let settling: (() => void) | undefined;

  const tell = (): void => {
    settling = undefined;
    const resources = [...kinds.values()].flatMap((objects) =>
      [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, seen]) => seen),
    );
    const labels = JSON.parse(nodes.get(node) ?? 'null') as Labels | null;
    onSeen({ resources, labels, deleted, absent, first });
    first = false;
  };
  const hear = (of: Resource): void => {
    unheard.delete(of);
    if (unheard.size === 0) settling ??= clock.after(SETTLE_MS, tell);
  };
  const complain = (of: Resource, because: string): void => {
    if (complaints.get(of) === because) return;
    complaints.set(of, because);
    logger.warn({ kind: of.kind, because }, 'the API server cannot be heard; what it said last stays');
  };
  const handlers = <T>(of: Resource, objects: Map<string, T>) => ({
    onChange: (batch: Batch<T>) => {
      takeBatch(objects, batch);
      hear(of);
    },
    onState: ({ state, because }: { readonly state: string; readonly because: string }) => {
      if (state === 'live') complaints.delete(of);
      else if (state === 'stale') complain(of, because);
    },
  });

  const watches = [...kinds].map(([resource, objects]) => {
    const handling = handlers(resource, objects);
    return watchKind(
      { cluster, resource, project: seenAs(resource), clock, isKnown: () => isKnown(resource.kind) },
      {
        ...handling,
        onChange: (batch) => {
          absent.delete(resource.kind);
          if (batch.cause === 'watch')
            for (const key of batch.deleted) deleted.add(objects.get(key)?.uid ?? '');
          handling.onChange(batch);
        },
        onAbsent: () => {
          objects.clear();
          absent.add(resource.kind);
          hear(resource);
        },
        onTrouble: (because) => complain(resource, because),
      },
    );
  });
  const fieldSelector = `metadata.name=${node}`;
  watches.push(
    watchResource(
      { cluster, resource: NODES, fieldSelector, project: labelsOf, clock },
      handlers(NODES, nodes),
    ),
  );

  return {
    stop: () => {
      settling?.();
      for (const watch of watches) watch.stop();
    },
  };
};
