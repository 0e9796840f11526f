import type { Capability } from '../message.ts';
import type { CapabilityCodec } from './codec.ts';
import { enhancedRouteRefresh } from './enhanced-route-refresh.ts';
import { extendedMessage } from './extended-message.ts';
import { extendedNextHop } from './extended-next-hop.ts';
import { fourOctetAs } from './four-octet-as.ts';
import { fqdn } from './fqdn.ts';
import { multiprotocol } from './multiprotocol.ts';
import { routeRefresh } from './route-refresh.ts';

const CODECS: readonly CapabilityCodec[] = [
  multiprotocol,
  routeRefresh,
  extendedNextHop,
  extendedMessage,
  fourOctetAs,
  enhancedRouteRefresh,
  fqdn,
];

/** The codec of a capability code, `undefined` for one this codec does not know. */
export const capabilityCodecByCode = (code: number): CapabilityCodec | undefined =>
  CODECS.find((codec) => codec.code === code);

/** The codec of a kind; `undefined` for `unknown`. */
export const capabilityCodecByKind = (kind: Capability['kind']): CapabilityCodec | undefined =>
  CODECS.find((codec) => codec.kind === kind);

const NAMES: Readonly<Record<number, string>> = {
  1: 'Multiprotocol Extensions',
  2: 'Route Refresh',
  3: 'Outbound Route Filtering',
  5: 'Extended Next Hop Encoding',
  6: 'Extended Message',
  7: 'BGPsec',
  8: 'Multiple Labels',
  9: 'BGP Role',
  64: 'Graceful Restart',
  65: 'Four-octet AS Number',
  67: 'Dynamic Capability',
  69: 'ADD-PATH',
  70: 'Enhanced Route Refresh',
  71: 'Long-Lived Graceful Restart',
  73: 'FQDN',
  75: 'Software Version',
  76: 'PATHS-LIMIT',
  77: 'Link-Local Next Hop',
  128: 'Route Refresh (Cisco)',
};

/** The name of a capability code, or `capability 200` for one without. */
export const capabilityName = (code: number): string => NAMES[code] ?? `capability ${code}`;
