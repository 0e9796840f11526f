import { z } from 'zod';

/** `by` is who asked: a login name, or a subscriber's. */
const by = z.string();

/** The id that a subscriber gave its wish: asked again with it, nothing is done twice. A person's wish has none. */
const request = z.string().optional();

/** What a person or a subscriber asked for. A refusal is a fact too, written by the service that refused. */
export const operator = {
  'operator.AnnounceRequested': z.strictObject({ by, request, addresses: z.array(z.string()).min(1) }),
  'operator.WithdrawRequested': z.strictObject({ by, request, addresses: z.array(z.string()).min(1) }),
  'operator.DrainRequested': z.strictObject({ by, request }),
  'operator.UndrainRequested': z.strictObject({ by, request }),
  'operator.ResetRequested': z.strictObject({ by, request, peer: z.string() }),
  'operator.Refused': z.strictObject({
    /** Id of the fact that asked; for a wish that was no good at all, the id that its subscriber gave it. */
    request: z.string(),
    because: z.string(),
    /** The subscriber whose wish was no good at all. */
    by: by.optional(),
  }),
};
