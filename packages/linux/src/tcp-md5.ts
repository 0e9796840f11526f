import { encodeSocketAddress, littleEndian } from './socket-address.ts';

/** Longest key the kernel takes (TCP_MD5SIG_MAXKEYLEN). */
const MAX_KEY = 80;
/** Where the fields of `struct tcp_md5sig` are: a sockaddr_storage, flags, prefix length, key length, interface. */
const KEY_LENGTH_AT = 130;
const KEY_AT = 136;
const SIZE = KEY_AT + MAX_KEY;

/**
 * `struct tcp_md5sig` of <linux/tcp.h>: the key for segments to and from `peer` on a socket of this family (RFC
 * 2385). An empty key removes the peer's. The caller wipes the result after use.
 */
export const encodeMd5 = (family: 4 | 6, peer: string, key: Uint8Array): Uint8Array => {
  if (key.length > MAX_KEY) throw new RangeError(`an MD5 key has 1 to ${MAX_KEY} bytes, not ${key.length}`);
  const bytes = new Uint8Array(SIZE);
  bytes.set(encodeSocketAddress(family, withoutZone(peer), 0));
  new DataView(bytes.buffer).setUint16(KEY_LENGTH_AT, key.length, littleEndian);
  bytes.set(key, KEY_AT);
  return bytes;
};

/** The kernel finds a key by address alone; a scope in the address would only fail to match. */
const withoutZone = (address: string): string => address.split('%', 1)[0] ?? address;
