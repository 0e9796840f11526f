import {
  type Batch,
  type Clock,
  type Cluster,
  type Condition,
  ENDPOINT_SLICES,
  type KubernetesObject,
  NAMESPACES,
  NODES,
  type ObjectProblem,
  type Project,
  type ResourceWatch,
  SERVICES,
  watchResource,
} from '@vipcast/kubernetes';
import {
  type ClusterNode,
  type EndpointSlice,
  endpointSliceOf,
  type Namespace,
  namespaceOf,
  nodeOf,
  type Projected,
  type Service,
  serviceOf,
} from '@vipcast/vip/kubernetes';

/** What is kept of the objects of each kind that is watched. */
export interface Kept {
  readonly services: Service;
  readonly slices: EndpointSlice;
  readonly node: ClusterNode;
  readonly namespaces: Namespace;
}

/** A kind of objects that is watched. */
export type Kind = keyof Kept;

/** Something of one kind that was heard. */
export type Heard = { [K in Kind]: { readonly kind: K; readonly batch: Batch<Kept[K]> } }[Kind];

/** What is to be watched. */
export interface Wanted {
  /** The name of this node. */
  readonly node: string;
  /** Of Services; `null`: all. */
  readonly namespace: string | null;
  /** Whether the labels of namespaces are needed. */
  readonly namespaces: boolean;
}

/** Who is told. */
export interface WatchListeners {
  readonly onHeard: (heard: Heard) => void;
  readonly onCondition: (kind: Kind, condition: Condition) => void;
  readonly onMalformed: (kind: Kind, problem: ObjectProblem) => void;
}

/** The watches of one API server. */
export interface Watches {
  /** Begins and ends watches so that they are those wanted; answers with those that begin, and list first. */
  adjust(wanted: Wanted): readonly Kind[];
  stop(): void;
}

/** What can be read is kept; what has a name and cannot be read is none of ours. */
export const keep =
  <T>(read: (object: KubernetesObject) => Projected<T>): Project<T> =>
  (object) => {
    const projected = read(object);
    if ('value' in projected) return projected.value;
    return projected.key === undefined ? undefined : null;
  };

/** The label of slices that are not made for something else than a Service. */
export const OF_SERVICES = 'kubernetes.io/service-name';

const KINDS: readonly Kind[] = ['services', 'slices', 'node', 'namespaces'];

/** Watches through `cluster`; nothing is watched before the first `adjust`. */
export const createWatches = (cluster: Cluster, clock: Clock, listeners: WatchListeners): Watches => {
  /** `about` tells apart watches of one kind. */
  const running = new Map<Kind, { readonly about: string; readonly watch: ResourceWatch }>();

  /** What a watch says while it is being started is that it starts. */
  const listening = <K extends Kind>(kind: K, hear: (batch: Batch<Kept[K]>) => void) => ({
    onChange: hear,
    onState: (condition: Condition) => {
      if (running.has(kind)) listeners.onCondition(kind, condition);
    },
    onError: (problem: ObjectProblem) => listeners.onMalformed(kind, problem),
  });

  const start: { readonly [K in Kind]: (wanted: Wanted) => ResourceWatch } = {
    services: ({ namespace }) =>
      watchResource(
        {
          ...{ cluster, clock, resource: SERVICES, namespace: namespace ?? undefined },
          project: keep((object) => serviceOf(object)),
        },
        listening('services', (batch) => listeners.onHeard({ kind: 'services', batch })),
      ),
    slices: ({ namespace, node }) =>
      watchResource(
        {
          ...{ cluster, clock, resource: ENDPOINT_SLICES, namespace: namespace ?? undefined },
          labelSelector: OF_SERVICES,
          project: keep((object) => endpointSliceOf(object, node)),
        },
        listening('slices', (batch) => listeners.onHeard({ kind: 'slices', batch })),
      ),
    node: ({ node }) =>
      watchResource(
        { cluster, clock, resource: NODES, fieldSelector: `metadata.name=${node}`, project: keep(nodeOf) },
        listening('node', (batch) => listeners.onHeard({ kind: 'node', batch })),
      ),
    namespaces: () =>
      watchResource(
        { cluster, clock, resource: NAMESPACES, project: keep(namespaceOf) },
        listening('namespaces', (batch) => listeners.onHeard({ kind: 'namespaces', batch })),
      ),
  };

  const aboutOf = (kind: Kind, { namespace }: Wanted): string =>
    kind === 'services' || kind === 'slices' ? (namespace ?? '') : '';

  const end = (kind: Kind): void => {
    running.get(kind)?.watch.stop();
    running.delete(kind);
  };

  return {
    adjust: (wanted) => {
      const begun: Kind[] = [];
      for (const kind of KINDS) {
        const about = aboutOf(kind, wanted);
        if (kind === 'namespaces' && !wanted.namespaces) end(kind);
        else if (running.get(kind)?.about !== about) {
          end(kind);
          running.set(kind, { about, watch: start[kind](wanted) });
          begun.push(kind);
        }
      }
      return begun;
    },
    stop: () => {
      for (const kind of KINDS) end(kind);
    },
  };
};
