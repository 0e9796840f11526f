import { z } from 'zod';
import { family } from './family.ts';

const shape = { peer: z.string(), family, prefixes: z.array(z.string()) };

const attributes = z.strictObject({
  origin: z.string(),
  asPath: z.array(z.int()),
  nextHops: z.array(z.string()),
  med: z.int().optional(),
  localPref: z.int().optional(),
  communities: z.array(z.string()).optional(),
  extendedCommunities: z.array(z.string()).optional(),
  largeCommunities: z.array(z.string()).optional(),
});

/** What a peer was told; one fact per UPDATE, written after the UPDATE was. */
export const route = {
  'route.Announced': z.strictObject({ ...shape, attributes }),
  'route.Withdrawn': z.strictObject(shape),
  /** Wished for and not sent to this peer. `detail` names the policy rule or the next-hop reason. */
  'route.Refused': z.strictObject({
    ...shape,
    reason: z.enum(['family-not-negotiated', 'no-next-hop', 'policy']),
    detail: z.string(),
  }),
};
