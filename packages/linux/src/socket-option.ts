import { check, libc } from './libc.ts';
import { littleEndian } from './socket-address.ts';
import { encodeMd5 } from './tcp-md5.ts';

/** The key shared with one peer (RFC 2385), 1 to 80 bytes. */
export interface Md5Key {
  readonly peer: string;
  readonly key: Uint8Array;
}

/** What guards a TCP connection, or every connection of a listener. */
export interface Protection {
  readonly md5?: Md5Key;
  /** TTL or hop limit of what we send, 1 to 255; 255 when `minTtl` is given. */
  readonly ttl?: number;
  /** Segments that arrive with less are dropped (RFC 5082): 255 for a neighbour, `256 - hops` beyond. */
  readonly minTtl?: number;
  /** Type of service or traffic class, one byte. */
  readonly tos?: number;
}

/** Class selector 6, the mark of routing traffic (RFC 4594 §3.2). */
export const NETWORK_CONTROL = 0xc0;

type Option = readonly [level: number, name: number];

const SOL_SOCKET = 1;
const REUSE_ADDRESS: Option = [SOL_SOCKET, 2];
const BIND_TO_DEVICE: Option = [SOL_SOCKET, 25];
const MD5_SIGNATURE: Option = [6, 14];
const IPV6_ONLY: Option = [41, 26];
/** An IPv6 socket takes both: it may carry IPv4 in mapped addresses. */
const PER_FAMILY = {
  tos: { 4: [0, 1], 6: [41, 67] },
  ttl: { 4: [0, 2], 6: [41, 16] },
  minTtl: { 4: [0, 21], 6: [41, 73] },
} as const satisfies Record<string, Record<4 | 6, Option>>;

const set = (fd: number, [level, name]: Option, value: Uint8Array, doing: string): void => {
  check(libc().setsockopt(fd, level, name, value, value.length), doing, 'setsockopt');
};

const setNumber = (fd: number, option: Option, value: number, doing: string): void => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, littleEndian);
  set(fd, option, bytes, doing);
};

const setMd5 = (fd: number, family: 4 | 6, peer: string, key: Uint8Array, doing: string): void => {
  const signature = encodeMd5(family, peer, key);
  try {
    set(fd, MD5_SIGNATURE, signature, doing);
  } finally {
    signature.fill(0);
  }
};

/** Sets the guards that are given on a socket of this family. */
export const protect = (fd: number, family: 4 | 6, { md5, minTtl, ttl, tos }: Protection): void => {
  const numbers = { minTtl, ttl: ttl ?? (minTtl === undefined ? undefined : 255), tos };
  for (const name of ['minTtl', 'ttl', 'tos'] as const) {
    const value = numbers[name];
    if (value === undefined) continue;
    setNumber(fd, PER_FAMILY[name][4], value, `set ${name} to ${value}`);
    if (family === 6) setNumber(fd, PER_FAMILY[name][6], value, `set ${name} to ${value}`);
  }
  if (md5 === undefined) return;
  if (md5.key.length === 0) throw new RangeError(`the MD5 key for ${md5.peer} is empty`);
  setMd5(fd, family, md5.peer, md5.key, `set the MD5 key for ${md5.peer}`);
};

/** Ties a socket to an interface. Any user may; the kernel refuses only to change it later. */
export const bindToDevice = (fd: number, device: string): void =>
  set(fd, BIND_TO_DEVICE, new TextEncoder().encode(`${device}\0`), `bind to interface ${device}`);

/** Lets a port be bound again while old connections linger in TIME-WAIT, as Node does. */
export const reuseAddress = (fd: number): void => setNumber(fd, REUSE_ADDRESS, 1, 'reuse the address');

/** Lets an IPv6 socket take IPv4 too, whatever the system's default. */
export const allowBothFamilies = (fd: number): void =>
  setNumber(fd, IPV6_ONLY, 0, 'take IPv4 on an IPv6 socket');
