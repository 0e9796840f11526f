import { NEXT_HOP } from './speaker.ts';

// The few messages of GoBGP's API that are needed here, in protobuf's encoding.

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];

const number = (field: number, value: number): Uint8Array => Uint8Array.from([field << 3, ...varint(value)]);

const bytes = (field: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.from([(field << 3) | 2, ...varint(length)]), ...parts]);
};

const text = (field: number, value: string): Uint8Array => bytes(field, Buffer.from(value));

/** A message as a `google.protobuf.Any`. */
const any = (field: number, type: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  bytes(field, text(1, `type.googleapis.com/apipb.${type}`), bytes(2, ...parts));

const UNICAST = 1;
const IP = number(1, 1);
const IP6 = number(1, 2);

/** `Path`: the host route of an address. */
const path = (field: number, address: string, withdrawn: boolean): Uint8Array => {
  const ipv6 = address.includes(':');
  const family = [ipv6 ? IP6 : IP, number(2, UNICAST)];
  const prefix = [number(1, ipv6 ? 128 : 32), text(2, address)];
  const nextHop = ipv6
    ? any(
        2,
        'MpReachNLRIAttribute',
        bytes(1, ...family),
        text(2, NEXT_HOP.ipv6),
        any(3, 'IPAddressPrefix', ...prefix),
      )
    : any(2, 'NextHopAttribute', text(1, NEXT_HOP.ipv4));
  return bytes(
    field,
    any(1, 'IPAddressPrefix', ...prefix),
    any(2, 'OriginAttribute', number(1, 0)),
    nextHop,
    ...(withdrawn ? [number(5, 1)] : []),
    bytes(9, ...family),
  );
};

/** `AddPathRequest`. */
export const addPathRequest = (address: string): Uint8Array => path(3, address, false);

/** `DeletePathRequest`. */
export const deletePathRequest = (address: string): Uint8Array => path(4, address, true);

/** `AddPathStreamRequest`: many at once, to add or to withdraw. */
export const addPathStreamRequest = (addresses: readonly string[], withdrawn: boolean): Uint8Array =>
  Buffer.concat(addresses.map((address) => path(3, address, withdrawn)));
