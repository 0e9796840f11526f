import { z } from 'zod';

/** Facts about a node's daemon as a whole. `config` is the whole resolved configuration, without secrets. */
export const node = {
  'node.Started': z.strictObject({ version: z.string(), pid: z.int(), services: z.array(z.string()) }),
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
  'node.DrainStarted': z.strictObject({ because: z.string() }),
  /** Nothing of this node is advertised any more. */
  'node.Drained': z.strictObject({ because: z.string() }),
  'node.Undrained': z.strictObject({ because: z.string() }),
  'node.Stopped': z.strictObject({ reason: z.string() }),
};
