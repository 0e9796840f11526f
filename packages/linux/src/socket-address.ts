import { endianness } from 'node:os';
import { addressToBytes, mapIPv4, parseAddress } from '@vipcast/net';
import { libc, systemError } from './libc.ts';

/** AF_INET and AF_INET6 of <sys/socket.h>. */
export const DOMAIN = { 4: 2, 6: 10 } as const;

/** True where the machine stores the low byte first; structs of the C library are in its order. */
export const littleEndian = endianness() === 'LE';

const ENODEV = 19;

/** Names only: libuv takes a number for the name of an interface. */
const scopeOf = (zone: string): number => {
  const index = libc().if_nametoindex(zone);
  if (index === 0) throw systemError(`use interface ${zone}`, 'if_nametoindex', ENODEV);
  return index;
};

/**
 * A `struct sockaddr_in` (16 bytes) or `sockaddr_in6` (28 bytes) for a socket of this family. `text` may carry a
 * zone (`fe80::1%eth0`); IPv4 on an IPv6 socket becomes `::ffff:a.b.c.d`.
 * @throws when the text is not an address, is IPv6 for an IPv4 socket, or names no interface
 */
export const encodeSocketAddress = (family: 4 | 6, text: string, port: number): Uint8Array => {
  const [numeric = '', zone] = text.split('%', 2);
  const parsed = parseAddress(numeric);
  if (parsed === undefined) throw new TypeError(`"${text}" is not an address`);
  const address = family === 6 && parsed.version === 4 ? mapIPv4(parsed) : parsed;
  if (address.version !== family) throw new TypeError(`"${text}" is not an IPv${family} address`);
  const bytes = new Uint8Array(family === 4 ? 16 : 28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, DOMAIN[family], littleEndian);
  view.setUint16(2, port);
  bytes.set(addressToBytes(address), family === 4 ? 4 : 8);
  if (zone !== undefined && family === 6) view.setUint32(24, scopeOf(zone), littleEndian);
  return bytes;
};
