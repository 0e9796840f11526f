import { isObject, type JsonObject, objectOf, textOf } from '../json.ts';
import { apiVersionOf, LEASES } from '../resources.ts';

/** A Lease as it was read. */
export interface Lease {
  /** '' when nobody holds it. */
  readonly holder: string;
  readonly durationMs: number | undefined;
  readonly transitions: number;
  readonly acquireTime: string;
  /** Changes whenever the holder, or anybody, touches the spec: only ever equal or not. */
  readonly mark: string;
  readonly resourceVersion: string;
  /** The whole object: what is written is this with another spec. */
  readonly object: JsonObject;
}

/** Reads a Lease; `undefined` when it is none. */
export const readLease = (body: unknown): Lease | undefined => {
  if (!isObject(body) || !isObject(body.metadata)) return undefined;
  const spec = objectOf(body, 'spec');
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions } = spec;
  return {
    holder: textOf(spec, 'holderIdentity'),
    durationMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined,
    transitions: typeof transitions === 'number' ? transitions : 0,
    acquireTime: textOf(spec, 'acquireTime'),
    mark: JSON.stringify(spec),
    resourceVersion: textOf(body.metadata, 'resourceVersion'),
    object: body,
  };
};

/** Who wants a lease, and for how long. */
export interface Claim {
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly durationMs: number;
}

const microTime = (wall: number): string => `${new Date(wall).toISOString().slice(0, -1)}000Z`;

/**
 * The object that claims or renews a lease, over `lease` when there is one: its resourceVersion makes the server refuse
 * it if anybody was faster.
 * @param wall milliseconds since 1970; written for people, never compared
 */
export const claimed = (claim: Claim, lease: Lease | undefined, wall: number): JsonObject => {
  const renewal = lease?.holder === claim.identity;
  const now = microTime(wall);
  return {
    apiVersion: apiVersionOf(LEASES),
    kind: LEASES.kind,
    ...lease?.object,
    metadata: lease?.object.metadata ?? { namespace: claim.namespace, name: claim.name },
    spec: {
      ...objectOf(lease?.object ?? {}, 'spec'),
      holderIdentity: claim.identity,
      leaseDurationSeconds: Math.max(1, Math.ceil(claim.durationMs / 1000)),
      acquireTime: renewal && lease.acquireTime !== '' ? lease.acquireTime : now,
      renewTime: now,
      leaseTransitions: lease === undefined ? 0 : lease.transitions + (renewal ? 0 : 1),
    },
  };
};

/** The object that gives a lease back: whoever reads it may take it at once. */
export const released = (lease: Lease, wall: number): JsonObject => ({
  ...lease.object,
  spec: {
    ...objectOf(lease.object, 'spec'),
    holderIdentity: '',
    leaseDurationSeconds: 1,
    renewTime: microTime(wall),
  },
});
