import { randomUUID } from 'node:crypto';
import type { Cluster } from '../kubernetes/api-server.ts';
import { type KubernetesObject, pathOf } from '../kubernetes/object.ts';
import { endpointSlices, type Family, node, service } from '../kubernetes/objects.ts';
import { openStore } from './kubernetes-store.ts';

/** The node that vipcast runs on. */
export const NODE_NAME = 'bench';

/** What a cluster is filled with. */
export interface Load {
  readonly services: number;
  readonly families: readonly Family[];
  /** Pods behind each Service, of which each has an endpoint in the slice of each family. */
  readonly pods: number;
}

const LANES = 16;

const serviceName = (index: number): string => `service-${index}`;

/** The address of a Service, by its number. */
export const serviceAddress = (index: number, family: Family): string =>
  family === 'IPv4' ? `10.1.${index >> 8}.${index & 255}` : `2001:db8:1::${(index + 1).toString(16)}`;

const podAddress = (pod: number, family: Family): string =>
  family === 'IPv4' ? `10.100.${pod >> 8}.${pod & 255}` : `fd00:10:244::${(pod + 1).toString(16)}`;

/** The slices of a Service: one of its Pods is here, the others are elsewhere. */
export const slicesOf = (index: number, { families, pods }: Load): readonly KubernetesObject[] =>
  endpointSlices(
    { name: serviceName(index) },
    Array.from({ length: pods }, (_, i) => ({
      node: i === 0 ? NODE_NAME : `other-${i}`,
      addresses: families.map((family) => podAddress(index * pods + i, family)),
    })),
    families,
  );

const serviceOf = (index: number, { families }: Load): KubernetesObject =>
  service({
    name: serviceName(index),
    addresses: families.map((family) => serviceAddress(index, family)),
    // There are fewer node ports than Services.
    spec: { allocateLoadBalancerNodePorts: false },
  });

/** An object as the API server keeps it, but for what tells it from others of its kind. */
const stored = async (cluster: Cluster, object: KubernetesObject): Promise<KubernetesObject> => {
  await cluster.apply(object);
  const { metadata, ...rest } = (await cluster.request('GET', pathOf(object))).body as KubernetesObject;
  const { resourceVersion: _, ...kept } = metadata;
  return { ...rest, metadata: kept } as KubernetesObject;
};

/** `object` with all that the API server added to another of its kind: managed fields, defaults. */
const asStored = (object: KubernetesObject, example: KubernetesObject): KubernetesObject => ({
  ...example,
  ...object,
  metadata: { ...example.metadata, ...object.metadata, uid: randomUUID() },
});

/** The API server would find addresses that it has not given, and repair them one by one. */
const NO_CLUSTER_IP = { clusterIP: '', clusterIPs: [] };

const asStoredService = (object: KubernetesObject, example: KubernetesObject): KubernetesObject => ({
  ...asStored(object, example),
  spec: { ...(example.spec as object), ...(object.spec as object), ...NO_CLUSTER_IP },
});

/**
 * Puts a Node and its load into a cluster. The first Service and its slices are written by way of the API server; all
 * others go into its store as it wrote those, which is many times faster.
 */
export const fill = async (cluster: Cluster, load: Load): Promise<void> => {
  await cluster.apply(node({ name: NODE_NAME, addresses: ['10.0.0.7', '2001:db8::7'] }));
  const exampleService = await stored(cluster, serviceOf(0, load));
  const exampleSlices: KubernetesObject[] = [];
  for (const slice of slicesOf(0, load)) exampleSlices.push(await stored(cluster, slice));
  using store = openStore(cluster, LANES);
  let next = 1;
  const work = async (): Promise<void> => {
    for (let index = next++; index < load.services; index = next++) {
      await store.put('services/specs', asStoredService(serviceOf(index, load), exampleService));
      for (const [i, slice] of slicesOf(index, load).entries())
        await store.put('endpointslices', asStored(slice, exampleSlices[i]!));
    }
  };
  await Promise.all(Array.from({ length: LANES }, work));
};
