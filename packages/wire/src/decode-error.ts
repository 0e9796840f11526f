import type { Decoded, DecodeError, ErrorHandling } from './message.ts';

const NO_DATA: Uint8Array = new Uint8Array(0);
const STRENGTH: readonly ErrorHandling[] = [
  'attribute-discard',
  'treat-as-withdraw',
  'afi-safi-disable',
  'session-reset',
];

/** An error that ends the session with NOTIFICATION `code/subcode`. `data` must be the message's own copy. */
export const reset = (code: number, subcode: number, message: string, data = NO_DATA): DecodeError => ({
  code,
  subcode,
  data,
  handling: 'session-reset',
  message,
});

/** The value, decoded. */
export const decoded = <T>(value: T): Decoded<T> => ({ ok: true, value });

/** No value, and why. */
export const refused = <T>(error: DecodeError): Decoded<T> => ({ ok: false, error });

/** The first of the errors that asks for the strongest handling (RFC 7606 §3 (h)). */
export const strongest = (errors: readonly DecodeError[]): DecodeError | undefined => {
  let worst: DecodeError | undefined;
  for (const error of errors)
    if (!worst || STRENGTH.indexOf(error.handling) > STRENGTH.indexOf(worst.handling)) worst = error;
  return worst;
};
