import { z } from 'zod';

/** `by` is who asked: a login name, or a subscriber's. */
const by = z.string();

/** What a person or a subscriber asked for. A refusal is a fact too, written by the service that refused. */
export const operator = {
  'operator.AnnounceRequested': z.strictObject({ by, addresses: z.array(z.string()).min(1) }),
  'operator.WithdrawRequested': z.strictObject({ by, addresses: z.array(z.string()).min(1) }),
  'operator.DrainRequested': z.strictObject({ by }),
  'operator.UndrainRequested': z.strictObject({ by }),
  'operator.ResetRequested': z.strictObject({ by, peer: z.string() }),
  'operator.Refused': z.strictObject({ request: z.string(), because: z.string() }),
};
