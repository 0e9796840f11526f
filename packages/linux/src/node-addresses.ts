import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import {
  type Address,
  addressFromBytes,
  equalAddresses,
  isLinkLocal,
  isLoopback,
  parsePrefix,
} from '@vipcast/net';
import type { AddressFlags, HostAddress } from './host-address.ts';

/** One IPv6 address in /proc/net/if_inet6. */
export interface KernelFlags {
  readonly address: Address;
  readonly interface: string;
  readonly flags: AddressFlags;
}

/** Bits of the kernel's address flags, <linux/if_addr.h>. */
const TEMPORARY = 0x01;
const DAD_FAILED = 0x08;
const DEPRECATED = 0x20;
const TENTATIVE = 0x40;

const NO_FLAGS: AddressFlags = { temporary: false, deprecated: false, tentative: false, dadFailed: false };

/** Reads the text of /proc/net/if_inet6: address, index, prefix length, scope and flags in hexadecimal, interface. */
export const parseIfInet6 = (text: string): KernelFlags[] =>
  text.split('\n').flatMap((line) => {
    const [hex = '', , , , bits = '', link] = line.trim().split(/\s+/);
    const octets = hex.match(/[0-9a-f]{2}/g) ?? [];
    const address = addressFromBytes(Uint8Array.from(octets, (octet) => Number.parseInt(octet, 16)));
    if (address === undefined || link === undefined) return [];
    const word = Number.parseInt(bits, 16);
    const flags = {
      temporary: (word & TEMPORARY) !== 0,
      deprecated: (word & DEPRECATED) !== 0,
      tentative: (word & TENTATIVE) !== 0,
      dadFailed: (word & DAD_FAILED) !== 0,
    };
    return [{ address, interface: link, flags }];
  });

const scopeOf = (address: Address): HostAddress['scope'] =>
  isLoopback(address) ? 'host' : isLinkLocal(address) ? 'link' : 'global';

/** An IPv4 address with a label is listed under it (`eth0:web`); the interface is what precedes the colon. */
const linkOf = (name: string): string => name.split(':', 1)[0] ?? name;

const hostAddressOf = (link: string, cidr: string | null, known: readonly KernelFlags[]): HostAddress[] => {
  const prefix = parsePrefix(cidr ?? '');
  if (prefix === undefined) return [];
  const { length, ...address } = prefix;
  const flags =
    known.find((entry) => entry.interface === link && equalAddresses(entry.address, address))?.flags ??
    NO_FLAGS;
  const preferredLifetime = flags.deprecated ? 0 : Number.POSITIVE_INFINITY;
  return [{ address, length, interface: link, scope: scopeOf(address), flags, preferredLifetime }];
};

const readKernelFlags = (): Promise<KernelFlags[]> =>
  readFile('/proc/net/if_inet6', 'utf8').then(parseIfInet6, () => []);

/**
 * The addresses Node knows, with the kernel's IPv6 flags where there are any. Good enough without `ip`, but for
 * lifetimes: every address that is not deprecated counts as preferred for ever.
 */
export const readNodeAddresses = async (): Promise<HostAddress[]> => {
  const known = await readKernelFlags();
  return Object.entries(networkInterfaces()).flatMap(([name, infos = []]) =>
    infos.flatMap(({ cidr }) => hostAddressOf(linkOf(name), cidr, known)),
  );
};
