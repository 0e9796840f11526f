import { fieldOf, listOf, namesOf, type Projected, textOf } from './json.ts';
import type { IpVersion } from './service-address.ts';

/** The best that endpoints can do: `terminating` ones still serve; `ready` ones come before all others. */
export const PRESENCES = ['none', 'unready', 'terminating', 'ready'] as const;

/** One of `PRESENCES`. */
export type Presence = (typeof PRESENCES)[number];

/** What deciding needs of an EndpointSlice: not its endpoints, of which there may be thousands. */
export interface EndpointSlice {
  /** `namespace/name` of the slice. */
  readonly key: string;
  /** `namespace/name` of its Service. */
  readonly service: string;
  readonly version: IpVersion;
  /** The best endpoint in the slice. */
  readonly anywhere: Presence;
  /** The best endpoint of the slice on this node. */
  readonly here: Presence;
}

/** The better of two. */
export const better = (a: Presence, b: Presence): Presence =>
  PRESENCES.indexOf(a) >= PRESENCES.indexOf(b) ? a : b;

const VERSIONS = new Map<unknown, IpVersion>([
  ['IPv4', 4],
  ['IPv6', 6],
]);

/** Unknown readiness counts as ready, unknown serving is as ready says, unknown terminating is no. */
export const presenceOf = (endpoint: unknown): Presence => {
  if (listOf(endpoint, 'addresses').length === 0) return 'none';
  const conditions = fieldOf(endpoint, 'conditions');
  const ready = fieldOf(conditions, 'ready') ?? true;
  if (ready === true) return 'ready';
  const serving = fieldOf(conditions, 'serving') ?? ready;
  return serving === true && fieldOf(conditions, 'terminating') === true ? 'terminating' : 'unready';
};

/**
 * What deciding needs of an EndpointSlice of the API (discovery.k8s.io/v1), whatever it may look like.
 * @param raw the object as JSON.parse made it
 * @param node the name of this node
 */
export const endpointSliceOf = (raw: unknown, node: string): Projected<EndpointSlice> => {
  const names = namesOf(raw);
  if (names === undefined) return { because: 'an EndpointSlice without a proper name', key: undefined };
  const key = `${names.namespace}/${names.name}`;
  const service = textOf(fieldOf(fieldOf(raw, 'metadata'), 'labels'), 'kubernetes.io/service-name');
  if (service === undefined) return { because: `EndpointSlice ${key} belongs to no Service`, key };
  const version = VERSIONS.get(fieldOf(raw, 'addressType'));
  if (version === undefined) return { because: `EndpointSlice ${key} is not of IPv4 or IPv6`, key };
  let anywhere: Presence = 'none';
  let here: Presence = 'none';
  for (const endpoint of listOf(raw, 'endpoints')) {
    const presence = presenceOf(endpoint);
    anywhere = better(anywhere, presence);
    if (fieldOf(endpoint, 'nodeName') === node) here = better(here, presence);
  }
  return { value: Object.freeze({ key, service: `${names.namespace}/${service}`, version, anywhere, here }) };
};
