import { type Address, ipv4, ipv6 } from './address.ts';

/** The 4 or 16 bytes of an address in network order, as a fresh array. */
export const addressToBytes = (address: Address): Uint8Array => {
  const bytes = new Uint8Array(address.version === 4 ? 4 : 16);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, address.w0);
  if (address.version === 6) {
    view.setInt32(4, address.w1);
    view.setInt32(8, address.w2);
    view.setInt32(12, address.w3);
  }
  return bytes;
};

/** The address in 4 or 16 bytes of network order; `undefined` for any other length. */
export const addressFromBytes = (bytes: Uint8Array): Address | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength === 4) return ipv4(view.getInt32(0));
  if (bytes.byteLength !== 16) return undefined;
  return ipv6(view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12));
};
