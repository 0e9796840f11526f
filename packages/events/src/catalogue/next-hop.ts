import { z } from 'zod';
import { family } from './family.ts';

const candidate = z.strictObject({
  address: z.string(),
  interface: z.string(),
  /** Why it fell; absent for one that would do. */
  rejected: z.string().optional(),
});

const shape = {
  peer: z.string(),
  family,
  /** Id of the `session.Established` this holds for: a next hop never outlives its session. */
  session: z.string(),
  strategy: z.string(),
  reason: z.string(),
  because: z.string(),
  candidates: z.array(candidate),
};

/** What the next-hop-resolver decided for one peer and family. */
export const nextHop = {
  /** One address, or a global and a link-local one (RFC 2545 §3). */
  'nexthop.Resolved': z.strictObject({ ...shape, nextHops: z.array(z.string()).min(1).max(2) }),
  'nexthop.Unresolved': z.strictObject(shape),
};
