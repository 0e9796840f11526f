import { type Address, formatAddress, parseAddress } from '@vipcast/net';
import { unfitAddress } from '../fitness.ts';
import { quoted } from './json.ts';

/** The number in the name of an IP family. */
export type IpVersion = Address['version'];

/** An address that a Service has or asks for, or a text that is none. */
export type ServiceAddress =
  | { readonly version: IpVersion; readonly address: string }
  | {
      readonly version: null;
      /** Canonical where there is such a form; else as it was written, in quotes. */
      readonly address: string;
      readonly reason: 'address-invalid' | 'address-unfit' | 'address-proxied';
      readonly because: string;
    };

/** Reads the text of an address. */
export const readServiceAddress = (text: string): ServiceAddress => {
  const parsed = parseAddress(text.trim());
  if (parsed === undefined) {
    const address = quoted(text);
    return Object.freeze({
      version: null,
      address,
      reason: 'address-invalid',
      because: `${address} is no IP address`,
    });
  }
  const address = formatAddress(parsed);
  const unfit = unfitAddress(parsed);
  return Object.freeze(
    unfit === undefined
      ? { version: parsed.version, address }
      : { version: null, address, reason: 'address-unfit', because: `${address} ${unfit}` },
  );
};
