import { z } from 'zod';

/** Zero (RFC 7607), AS_TRANS (RFC 6793) and the last of each width (RFC 7300). */
const RESERVED: ReadonlySet<number> = new Set([0, 23456, 65535, 4294967295]);

const NUMBER = 'an AS number as plain digits, 1 to 4294967294, not the reserved 23456 or 65535';
const PEER = `${NUMBER}, or external or internal`;

const asNumber = (expected: string) =>
  z
    .int({ error: expected })
    .min(1, { error: expected })
    .max(4294967294, { error: expected })
    .refine((asn) => !RESERVED.has(asn), { error: expected });

/** An AS number that may stand in an OPEN. */
export const asn = asNumber(NUMBER);

/** Whom a peer may say it is. */
export const peerASN = z.union([asNumber(PEER), z.enum(['external', 'internal'], { error: PEER })], {
  error: PEER,
});
