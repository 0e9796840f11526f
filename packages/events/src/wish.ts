import { z } from 'zod';

/** A wish is read whole or not at all, and this is the most that is read, in bytes. */
export const LARGEST_WISH = 65_536;

const MOST_ADDRESSES = 1000;
const LONGEST_TEXT = 300;

const shape = {
  v: z.literal(1),
  /** Chosen by the subscriber, new for every wish: asked again with the same one, nothing is done twice. */
  id: z.string().regex(/^[\w.:-]{1,64}$/),
};
const addresses = z.array(z.string().max(64)).min(1).max(MOST_ADDRESSES);

/** What a subscriber may ask of a node. Who asks stands in the subject and nowhere else, since the server checks that. */
export const wishSchema = z.discriminatedUnion('wish', [
  z.strictObject({ ...shape, wish: z.literal('announce'), addresses }),
  z.strictObject({ ...shape, wish: z.literal('withdraw'), addresses }),
  /** `force`: although no other node announces what this one does. */
  z.strictObject({ ...shape, wish: z.literal('drain'), force: z.boolean().optional() }),
  z.strictObject({ ...shape, wish: z.literal('undrain') }),
  z.strictObject({ ...shape, wish: z.literal('reset'), peer: z.string().min(1).max(253) }),
]);

/** A wish of a subscriber. */
export type Wish = z.infer<typeof wishSchema>;

/**
 * What a node answers. `accepted`: the wish is in its log under this id; what becomes of it are facts with that
 * correlation. `refused`: nothing was done, and the log says why under this id, which is empty when there have been
 * too many refusals to record. `failed`: the log cannot be written; nothing was done.
 */
export const answerSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('accepted'), node: z.string(), fact: z.string() }),
  z.object({ outcome: z.literal('refused'), node: z.string(), fact: z.string(), because: z.string() }),
  z.object({ outcome: z.literal('failed'), node: z.string(), because: z.string() }),
]);

/** A node's answer to a wish. */
export type WishAnswer = z.infer<typeof answerSchema>;

/** Text of an outsider on its way to a log and a terminal: printable, and not long. */
const harmless = (text: string): string => {
  const printable = text.replaceAll(/[^\x20-\x7e]+/g, '?');
  return printable.length > LONGEST_TEXT ? `${printable.slice(0, LONGEST_TEXT)}…` : printable;
};

const idIn = (value: unknown): string => {
  const { id } = (value ?? {}) as { readonly id?: unknown };
  const read = shape.id.safeParse(id);
  return read.success ? read.data : '';
};

/**
 * Reads a wish as it came: JSON text.
 * @returns the wish; or why it is none, with the id that it has if that much can be read
 */
export const readWish = (
  bytes: Uint8Array,
):
  | { readonly ok: true; readonly wish: Wish }
  | { readonly ok: false; readonly id: string; readonly because: string } => {
  const refuse = (because: string, id = ''): ReturnType<typeof readWish> => ({ ok: false, id, because });
  if (bytes.length > LARGEST_WISH)
    return refuse(`the wish has ${bytes.length} bytes, more than the ${LARGEST_WISH} accepted`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('the wish is not JSON');
  }
  const { success, data, error } = wishSchema.safeParse(value);
  if (success) return { ok: true, wish: data };
  return refuse(harmless(z.prettifyError(error).replaceAll('\n', '; ')), idIn(value));
};
