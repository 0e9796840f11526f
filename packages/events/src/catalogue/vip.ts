import { z } from 'zod';

const shape = {
  vip: z.string(),
  /** Canonical addresses, without lengths; each is announced as a host route. */
  addresses: z.array(z.string()),
  source: z.enum(['static', 'operator', 'kubernetes']),
  /** The object that the VIP comes from, as Kubernetes names it: `Service default/web`. */
  object: z.string().optional(),
  /** Names of the BGPAdvertisements that select it; policy matches on them. Absent: none exist for it. */
  advertisements: z.array(z.string()).optional(),
  /** Addresses of the same VIP that are not advertised with these, and why not. */
  leftOut: z
    .array(z.strictObject({ address: z.string(), reason: z.string(), because: z.string() }))
    .optional(),
};

/** Why the VIP of a Kubernetes Service is not advertised. */
const SERVICE_REASONS = [
  'deleted',
  'not-load-balancer',
  'namespace-filtered',
  'class-mismatch',
  'deleting',
  'no-advertisement',
  'node-unknown',
  'node-excluded',
  'node-network-unavailable',
  'no-address',
  'address-pending',
  'address-invalid',
  'address-unfit',
  'address-proxied',
  'address-conflict',
  'no-endpoints',
  'no-local-endpoints',
  'no-endpoints-of-family',
  'not-synced',
] as const;

const WITHDRAW_REASONS = [
  'removed-from-config',
  'unhealthy',
  'operator-withdrew',
  'bind-failed',
  'drained',
  ...SERVICE_REASONS,
] as const;

/** What the vip-watcher decided about a service address. `because` is for people. */
export const vip = {
  'vip.Advertised': z.strictObject({
    ...shape,
    reason: z.enum([
      'configured',
      'healthy',
      'operator-announced',
      /** Less preferred from now on (RFC 8326), and withdrawn soon. */
      'draining',
      'endpoints',
      'local-endpoints',
      'terminating-endpoints',
      'held',
    ]),
    because: z.string(),
  }),
  'vip.Withdrawn': z.strictObject({ ...shape, reason: z.enum(WITHDRAW_REASONS), because: z.string() }),
  /** Not advertised, and was not before either. */
  'vip.Withheld': z.strictObject({
    ...shape,
    reason: z.enum(['health-unknown', ...WITHDRAW_REASONS]),
    because: z.string(),
  }),
};
