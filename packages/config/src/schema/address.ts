import {
  type Address,
  equalAddresses,
  formatAddress,
  formatPrefix,
  isIPv4Mapped,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isUnspecified,
  networkOf,
  parseAddress,
  parsePrefix,
} from '@vipcast/net';
import { text } from './scalar.ts';

/** 0.0.0.0/8 and 240.0.0.0/4 (RFC 6890): no host has such an address. */
const isReserved = ({ version, w0 }: Address): boolean =>
  version === 4 && (w0 >>> 24 === 0 || w0 >>> 28 === 0xf);

const isUnicast = (address: Address): boolean =>
  !(isUnspecified(address) || isMulticast(address) || isReserved(address) || isIPv4Mapped(address));

const addressThat = (expected: string, fits: (address: Address) => boolean) =>
  text(expected, (written) => {
    const address = parseAddress(written);
    return address && fits(address) ? formatAddress(address) : undefined;
  });

/** Any unicast address of a host, loopback and link-local included. */
export const unicastAddress = addressThat(
  'one IPv4 or IPv6 unicast address, without prefix length, port or zone',
  isUnicast,
);

/** What a listener binds to: a unicast address or `0.0.0.0` or `::`. */
export const listenAddress = addressThat(
  'one IPv4 or IPv6 address to listen on, such as 0.0.0.0 or ::',
  (address) => isUnspecified(address) || isUnicast(address),
);

/** An address that routers may carry as a host route. */
export const vipAddress = addressThat(
  'one IPv4 or IPv6 unicast address without prefix length, not loopback, link-local, multicast, unspecified, ' +
    'reserved or IPv4-mapped',
  (address) => isUnicast(address) && !isLoopback(address) && !isLinkLocal(address),
);

const nextHopAddress = (version?: 4 | 6) =>
  addressThat(
    `one ${version === undefined ? 'IPv4 or IPv6' : `IPv${version}`} unicast address, not loopback or link-local`,
    (address) =>
      isUnicast(address) &&
      !isLoopback(address) &&
      !isLinkLocal(address) &&
      (version === undefined || address.version === version),
  );

/** A next hop for routes of either family. */
export const anyNextHop = nextHopAddress();

/** A next hop for IPv4 routes. */
export const ipv4NextHop = nextHopAddress(4);

/** A next hop for IPv6 routes. */
export const ipv6NextHop = nextHopAddress(6);

/** A BGP identifier (RFC 6286 §2.1) that is not a multicast or reserved address. */
export const routerID = addressThat(
  'a router ID: four octets as an IPv4 address, not 0.0.0.0, multicast or reserved',
  (address) => address.version === 4 && isUnicast(address),
);

/** A prefix with no bits set beyond its length. */
export const network = text(
  'a prefix such as 192.0.2.0/24 or 2001:db8::/32, with no bits set beyond its length',
  (written) => {
    const prefix = parsePrefix(written);
    return prefix && equalAddresses(prefix, networkOf(prefix)) ? formatPrefix(prefix) : undefined;
  },
);

const PORT = /^[1-9]\d{0,4}$/;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?)*$/i;

/** `address:port`, IPv6 in brackets, or `name:port`. */
export const endpoint = text('an address and port such as 127.0.0.1:80, [::1]:80 or name:80', (written) => {
  if (written.length > 300) return undefined;
  const colon = written.lastIndexOf(':');
  const host = written.slice(0, colon);
  const digits = written.slice(colon + 1);
  if (colon < 1 || !PORT.test(digits) || Number(digits) > 65535) return undefined;
  const bracketed = /^\[(.*)\]$/.exec(host)?.[1];
  const address = parseAddress(bracketed ?? host);
  if (bracketed !== undefined)
    return address?.version === 6 ? `[${formatAddress(address)}]:${digits}` : undefined;
  return address?.version === 4 || HOST_NAME.test(host) ? written : undefined;
});
