import { join } from 'node:path';
import type { Cluster } from './api-server.ts';
import { collectionOf, type KubernetesObject, pathOf } from './object.ts';

const CRDS = join(import.meta.dirname, '../../deploy/crds');

/** One of our kinds. */
export const vipcastObject = (kind: string, name: string, spec: object): KubernetesObject => ({
  apiVersion: 'vipcast.io/v1alpha1',
  kind,
  metadata: { name },
  spec,
});

/** Installs our kinds, and waits until the API server serves them. */
export const installResources = async (cluster: Cluster): Promise<void> => {
  await cluster.kubectl(['apply', '-f', CRDS]);
  await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=60s', '-f', CRDS]);
};

/** Removes every object of our kinds. */
export const removeResources = async (cluster: Cluster): Promise<void> => {
  for (const kind of ['BGPPeer', 'BGPAdvertisement', 'VIPPool'])
    await cluster.request('DELETE', collectionOf(vipcastObject(kind, '', {})));
};

/** The condition `Accepted`, as the API has it. */
export interface Accepted {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  readonly lastTransitionTime: string;
}

/** What stands on a resource as its condition; throws while nothing does. */
export const acceptedOn = async (cluster: Cluster, object: KubernetesObject): Promise<Accepted> => {
  const { body } = await cluster.request('GET', pathOf(object));
  const { status } = body as {
    readonly status?: { readonly conditions?: readonly (Accepted & { type: string })[] };
  };
  const found = status?.conditions?.find(({ type }) => type === 'Accepted');
  if (found === undefined) throw new Error(`no condition on ${pathOf(object)}`);
  return found;
};
