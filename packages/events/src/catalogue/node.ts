import { z } from 'zod';

/** `wishes`: who wants the node drained, now that this is said. */
const drain = z.strictObject({
  because: z.string(),
  wishes: z
    .array(z.strictObject({ source: z.enum(['operator', 'kubernetes']), because: z.string() }))
    .optional(),
});

/** Facts about a node's daemon as a whole. `config` is the whole resolved configuration, without secrets. */
export const node = {
  'node.Started': z.strictObject({
    version: z.string(),
    pid: z.int(),
    services: z.array(z.string()),
    /** Names this boot of the machine; left out where it has no name. */
    bootId: z.string().optional(),
  }),
  'node.ConfigApplied': z.strictObject({
    file: z.string(),
    /** SHA-256 of the file's bytes, hex. */
    digest: z.string(),
    /** What changed, one line each, as `vipcast check` prints it. */
    plan: z.array(z.string()),
    config: z.record(z.string(), z.unknown()),
  }),
  'node.ConfigRejected': z.strictObject({ file: z.string(), errors: z.array(z.string()) }),
  /** The node gives up its VIPs: first less preferred (RFC 8326), then withdrawn. Sessions stay. */
  'node.DrainStarted': drain,
  /** Nothing of this node is advertised any more. */
  'node.Drained': drain,
  'node.Undrained': drain,
  /** `services`: those that ran apart and stopped; left out, all of the node's. */
  'node.Stopped': z.strictObject({ reason: z.string(), services: z.array(z.string()).optional() }),
};
