import { createHash } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Config } from '@vipcast/config';
import { formatAddress, ipv4, isLinkLocal, isLoopback, parseAddress } from '@vipcast/net';

/**
 * A BGP Identifier when none is configured: the source address if it is IPv4, else the lowest IPv4 address of the
 * host that is not loopback or link-local, else 32 bits of the node name's hash (RFC 6286 asks only for a non-zero
 * number that is unique within the AS).
 */
export const deriveRouterId = (config: Config): string => {
  const source = parseAddress(config.bgp.sourceAddress ?? '');
  if (source?.version === 4) return formatAddress(source);
  const host = Object.values(networkInterfaces())
    .flat()
    .map((each) => parseAddress(each?.address ?? ''))
    .filter((each) => each?.version === 4 && !isLoopback(each) && !isLinkLocal(each))
    .map((each) => formatAddress(each as NonNullable<typeof each>))
    .sort();
  if (host[0] !== undefined) return host[0];
  return formatAddress(ipv4(createHash('sha256').update(config.node).digest().readUInt32BE(0) | 1));
};
