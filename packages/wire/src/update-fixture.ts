import { type Prefix, parsePrefix } from '@vipcast/net';
import { decodeUpdate, type ErrorHandling, type WireContext } from './index.ts';

// UPDATEs as hex, for tests: good parts to put together and to damage.

export const external: WireContext = { fourOctetAs: true, maxMessageLength: 4096, external: true };
export const internal: WireContext = { ...external, external: false };
export const twoOctet: WireContext = { ...external, fourOctetAs: false };
export const prefix = (text: string): Prefix => parsePrefix(text)!;

export const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
/** One attribute; the Extended Length bit decides how long its length is. */
export const attribute = (code: number, flags: number, value: string) =>
  hex(flags, 2) + hex(code, 2) + (flags & 0x10 ? hex(value.length / 2, 4) : hex(value.length / 2, 2)) + value;
/** An UPDATE from its three fields; `stated` is a Total Attribute Length that lies. */
export const update = (attributes: string, nlri = '', withdrawn = '', stated = attributes.length / 2) => {
  const body = hex(withdrawn.length / 2, 4) + withdrawn + hex(stated, 4) + attributes + nlri;
  return Uint8Array.fromHex(`${'ff'.repeat(16)}${hex(19 + body.length / 2, 4)}02${body}`);
};

export const ORIGIN = attribute(1, 0x40, '00');
export const AS_PATH = attribute(2, 0x40, '02010000fde9');
export const AS_PATH_2 = attribute(2, 0x40, '0201fde9');
export const NEXT_HOP = attribute(3, 0x40, 'c0000201');
export const NLRI = '18c63364';
export const ROUTE = prefix('198.51.100.0/24');
export const MP_REACH = attribute(
  14,
  0x80,
  `00020110${'20010db8000000000000000000000001'}00${'3020010db80001'}`,
);
export const ROUTE_6 = prefix('2001:db8:1::/48');

export const WITHDRAW = 'treat-as-withdraw';
export const DISCARD = 'attribute-discard';
export const RESET = 'session-reset';
export const DISABLE = 'afi-safi-disable';

/** What became of an UPDATE. */
export type Outcome = ErrorHandling | 'fine';

/** The handling an UPDATE got, `fine` for none. */
export const outcomeOf = (message: Uint8Array, context: WireContext): Outcome => {
  const result = decodeUpdate(message, context);
  if (!result.ok) return result.error.handling;
  const handlings = result.value.errors.map(({ handling }) => handling);
  return handlings.includes(WITHDRAW) ? WITHDRAW : (handlings[0] ?? 'fine');
};
