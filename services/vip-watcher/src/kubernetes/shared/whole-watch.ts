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
  type Resource,
  SERVICES,
  watchResource,
} from '@vipcast/kubernetes';
import {
  endpointSliceOf,
  namespaceOf,
  nodeOf,
  type Projected,
  type Reduced,
  reducedNamespace,
  reducedNode,
  reducedService,
  reducedSlice,
  serviceOf,
} from '@vipcast/vip/kubernetes';
import { keep, OF_SERVICES } from '../watches.ts';

/** What is told of to all nodes. */
export type SharedKind = 'services' | 'slices' | 'nodes' | 'namespaces';

/** How much of a cluster is watched. */
export interface Scope {
  /** Of Services; `null`: all. */
  readonly namespace: string | null;
  readonly namespaces: boolean;
}

/** The kinds in a scope, in the order in which they are told. */
export const kindsOf = ({ namespaces }: Scope): readonly SharedKind[] => [
  'nodes',
  ...(namespaces ? (['namespaces'] as const) : []),
  'services',
  'slices',
];

/** Who is told; objects are JSON of their reduced form, so that equal ones are equal texts. */
export interface WholeListeners {
  readonly onHeard: (kind: SharedKind, batch: Batch<string>) => void;
  readonly onCondition: (kind: SharedKind, condition: Condition) => void;
  readonly onMalformed: (kind: SharedKind, problem: ObjectProblem) => void;
}

interface Manner {
  readonly resource: Resource;
  readonly labelSelector?: string;
  readonly reduce: (object: KubernetesObject) => Reduced;
  readonly read: (reduced: Reduced) => Projected<unknown>;
}

const MANNERS: Readonly<Record<SharedKind, Manner>> = {
  nodes: { resource: NODES, reduce: reducedNode, read: nodeOf },
  namespaces: { resource: NAMESPACES, reduce: reducedNamespace, read: namespaceOf },
  services: { resource: SERVICES, reduce: reducedService, read: (reduced) => serviceOf(reduced) },
  slices: {
    resource: ENDPOINT_SLICES,
    labelSelector: OF_SERVICES,
    reduce: reducedSlice,
    read: (reduced) => endpointSliceOf(reduced, ''),
  },
};

/** What cannot be read by anybody is not told to anybody. */
const textOf =
  ({ reduce, read }: Manner) =>
  (object: KubernetesObject): Projected<string> => {
    const reduced = reduce(object);
    const projected = read(reduced);
    return 'value' in projected ? { value: JSON.stringify(reduced) } : projected;
  };

/** Watches all that any node needs of a cluster; the answer ends that. */
export const watchWhole = (
  cluster: Cluster,
  clock: Clock,
  scope: Scope,
  listeners: WholeListeners,
): (() => void) => {
  const watches = kindsOf(scope).map((kind) => {
    const manner = MANNERS[kind];
    const { resource, labelSelector } = manner;
    const namespace = kind === 'services' || kind === 'slices' ? (scope.namespace ?? undefined) : undefined;
    return watchResource(
      { cluster, clock, resource, namespace, labelSelector, project: keep(textOf(manner)) },
      {
        onChange: (batch) => listeners.onHeard(kind, batch),
        onState: (condition) => listeners.onCondition(kind, condition),
        onError: (problem) => listeners.onMalformed(kind, problem),
      },
    );
  });
  return () => {
    for (const watch of watches) watch.stop();
  };
};
