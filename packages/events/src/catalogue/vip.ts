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

/** What the vip-watcher decided about a service address. `because` is for people. */
export const vip = {
  'vip.Advertised': z.strictObject({
    ...shape,
    reason: z.enum(['configured', 'healthy', 'operator-announced']),
    because: z.string(),
  }),
  'vip.Withdrawn': z.strictObject({
    ...shape,
    reason: z.enum(['removed-from-config', 'unhealthy', 'operator-withdrew', 'bind-failed']),
    because: z.string(),
  }),
  /** Not advertised, and was not before either. */
  'vip.Withheld': z.strictObject({
    ...shape,
    reason: z.enum([
      'health-unknown',
      'unhealthy',
      'operator-withdrew',
      'bind-failed',
      'removed-from-config',
    ]),
    because: z.string(),
  }),
};
