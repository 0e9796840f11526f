import { z } from 'zod';
import { unicastAddress } from '../schema/address.ts';
import { asn, peerASN } from '../schema/asn.ts';
import { holdTime, interval, keepaliveTime } from '../schema/duration.ts';
import { families, nextHop } from '../schema/peer.ts';
import { flag, interfaceName, port, text, wholeNumber } from '../schema/scalar.ts';
import { labelSelector } from './label-selector.ts';

/** What names a Secret: a DNS subdomain (RFC 1123 §2.1). It is part of a path. */
export const secretName = text('the name of a Secret', (written) =>
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/.test(written) &&
  written.length <= 253
    ? written
    : undefined,
);

/** What names a value in a Secret. It is part of a path. */
export const secretKey = text('a key of letters, digits, hyphens, dots and underscores', (written) =>
  /^[-.\w]{1,253}$/.test(written) && written !== '.' && !written.startsWith('..') ? written : undefined,
);

/** Where a password is. */
export const passwordSecret = z.strictObject(
  {
    name: secretName.describe('Name of the Secret that is mounted into the Pods.'),
    key: secretKey.nullish().describe('Key in the Secret; password if left out.'),
  },
  { error: 'a mapping with name and key' },
);

/** `spec` of a BGPPeer: one entry of the file's `peers`, without what a resource says in another way. */
export const peerSpec = z.strictObject(
  {
    address: unicastAddress.nullish().describe('Address of the peer; this or interface.'),
    interface: interfaceName.nullish().describe('Link on which the peer is found; this or address.'),
    port: port.nullish().describe('TCP port of the peer; 179 if left out.'),
    peerASN: peerASN.describe('AS number of the peer; external for any but ours, internal for ours.'),
    localASN: asn.nullish().describe('AS number that we say we are, if not that of the configuration.'),
    families: families.nullish().describe('Address families of the session; both if left out.'),
    nextHop: nextHop.nullish().describe('How next hops are chosen.'),
    sourceAddress: unicastAddress.nullish().describe('Address that the session comes from.'),
    sourceInterface: interfaceName.nullish().describe('Link that the session comes from.'),
    passwordSecret: passwordSecret
      .nullish()
      .describe('TCP MD5 password (RFC 2385), by reference: a file of a mounted Secret.'),
    ttlSecurity: flag.nullish().describe('GTSM (RFC 5082): direct neighbours only.'),
    multihop: wholeNumber(1, 255).nullish().describe('TTL towards an external peer some hops away.'),
    passive: flag.nullish().describe('Wait for the peer to connect.'),
    holdTime: holdTime.nullish().describe('Whole seconds, 0s or at least 3s (RFC 4271 §4.2).'),
    keepaliveTime: keepaliveTime.nullish().describe('Whole seconds, less than the hold time.'),
    connectRetryTime: interval.nullish().describe('Between attempts to connect.'),
    nodeSelector: labelSelector.nullish().describe('Nodes that speak to this peer; all if left out.'),
  },
  { error: 'a mapping with address and peerASN' },
);

/** The specification as written. */
export type PeerSpec = z.output<typeof peerSpec>;
