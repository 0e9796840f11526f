/** The AS of the first receiver; the others follow. */
export const FIRST_ASN = 65001;

/** Where a receiver listens: each has an address of its own, since some speakers know their peers by address only. */
export const receiverAddress = (index: number): string => `127.0.0.${11 + index}`;
