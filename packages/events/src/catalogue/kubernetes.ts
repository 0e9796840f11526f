import { z } from 'zod';

const kind = z.enum(['services', 'slices', 'nodes', 'namespaces']);

/** As the API has it, reduced to what deciding needs. */
const object = z.record(z.string(), z.unknown());

/**
 * What the node that watches the API server for its cluster says of it, and who would. A term is told under an epoch
 * of its own: `TermBegan`, all there is, `Listed`, then what changes, as it does.
 */
export const kubernetes = {
  /** The node would watch for all, and follows whoever does. */
  'kubernetes.Offered': z.strictObject({}),
  /** It does neither any more. */
  'kubernetes.Retired': z.strictObject({ because: z.string() }),
  'kubernetes.TermBegan': z.strictObject({
    server: z.string(),
    /** Of Services; `null`: all. */
    namespace: z.string().nullable(),
    /** Whether namespaces are told of. */
    namespaces: z.boolean(),
  }),
  'kubernetes.Changed': z.strictObject({
    kind,
    /** How the API server told: in the first list, in a later one, or as it happened. */
    told: z.enum(['list', 'relist', 'watch']),
    set: z.array(object),
    /** `namespace/name`, or `name` of what has no namespace. */
    deleted: z.array(z.string()),
    /** The next fact belongs to the same change. */
    more: z.boolean().optional(),
  }),
  /** Everything was listed, and what that showed was said. */
  'kubernetes.Listed': z.strictObject({
    /** Ids of the requests that it answers. */
    answers: z.array(z.string()),
  }),
  /** `unheard`: because the API server is not, so that another node may try. */
  'kubernetes.TermEnded': z.strictObject({ because: z.string(), unheard: z.boolean() }),
  /** A node needs to know what a list shows that begins after this. */
  'kubernetes.ListRequested': z.strictObject({
    because: z.string(),
    /** Something of the term was missed: all there is has to be told again. */
    anew: z.boolean(),
  }),
};
