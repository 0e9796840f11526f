import { FAMILIES } from '@vipcast/net';
import { z } from 'zod';
import { ipv4NextHop, ipv6NextHop, unicastAddress } from './address.ts';
import { asn, peerASN } from './asn.ts';
import { holdTime, interval, keepaliveTime } from './duration.ts';
import { filePath, flag, interfaceName, label, port, someOf, wholeNumber } from './scalar.ts';

const FAMILY = `${FAMILIES.join(' or ')}`;

/** One or both of the families. */
export const families = someOf(
  z.enum(['ipv4-unicast', 'ipv6-unicast'], { error: FAMILY }),
  `a list of ${FAMILY}`,
);

const STRATEGIES = ['session', 'fixed', 'source-address', 'source-interface', 'link-local'] as const;
const STRATEGY = 'session, fixed, source-address or source-interface';

/** Next-hop settings, global or a peer's. */
export const nextHop = z.strictObject(
  {
    strategy: z.enum(STRATEGIES, { error: STRATEGY }).nullish(),
    ipv4: ipv4NextHop.nullish(),
    ipv6: ipv6NextHop.nullish(),
  },
  { error: 'a mapping such as { strategy: fixed, ipv6: 2001:db8::7 }' },
);

/** What `bgp` sets for all peers and each peer may set again. */
export const inheritable = {
  sourceAddress: unicastAddress.nullish(),
  sourceInterface: interfaceName.nullish(),
  holdTime: holdTime.nullish(),
  keepaliveTime: keepaliveTime.nullish(),
  connectRetryTime: interval.nullish(),
  families: families.nullish(),
  nextHop: nextHop.nullish(),
};

/** One entry of `peers`. */
export const peerSchema = z.strictObject(
  {
    name: label,
    address: unicastAddress.nullish(),
    interface: interfaceName.nullish(),
    port: port.nullish(),
    localASN: asn.nullish(),
    peerASN,
    passwordFile: filePath.nullish(),
    ttlSecurity: flag.nullish(),
    multihop: wholeNumber(1, 255).nullish(),
    passive: flag.nullish(),
    ...inheritable,
  },
  { error: 'a mapping with name, address and peerASN' },
);

/** A peer as written. */
export type PeerEntry = z.output<typeof peerSchema>;
