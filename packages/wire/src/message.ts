import type { Address, Family, Prefix } from '@vipcast/net';

/** OPEN (RFC 4271 §4.2). `asn` is the two-byte field: AS_TRANS (23456) when the real number does not fit. */
export interface Open {
  readonly type: 'open';
  readonly version: number;
  readonly asn: number;
  /** Seconds; 0 or at least 3. */
  readonly holdTime: number;
  /** BGP Identifier as an IPv4 address. */
  readonly routerId: Address;
  readonly capabilities: readonly Capability[];
}

/** A capability (RFC 5492). What this codec does not know keeps its code and value. */
export type Capability =
  | { readonly kind: 'multiprotocol'; readonly afi: number; readonly safi: number }
  | { readonly kind: 'route-refresh' }
  | { readonly kind: 'enhanced-route-refresh' }
  | { readonly kind: 'extended-next-hop'; readonly entries: readonly ExtendedNextHop[] }
  | { readonly kind: 'extended-message' }
  | { readonly kind: 'four-octet-as'; readonly asn: number }
  | { readonly kind: 'fqdn'; readonly hostName: string; readonly domainName: string }
  | { readonly kind: 'unknown'; readonly code: number; readonly value: Uint8Array };

/** One row of capability 5 (RFC 8950 §4): NLRI of `afi`/`safi` may carry a next hop of `nextHopAfi`. */
export interface ExtendedNextHop {
  readonly afi: number;
  readonly safi: number;
  readonly nextHopAfi: number;
}

/** UPDATE (RFC 4271 §4.3). Attributes keep the order of the wire. */
export interface Update {
  readonly type: 'update';
  readonly withdrawn: readonly Prefix[];
  readonly attributes: readonly PathAttribute[];
  readonly announced: readonly Prefix[];
  /** Set when RFC 7606 turned a damaged message into a withdrawal or dropped attributes from it. */
  readonly errors: readonly DecodeError[];
}

/** NOTIFICATION (RFC 4271 §4.5). For a shutdown or reset, `data` holds RFC 9003 text. */
export interface Notification {
  readonly type: 'notification';
  readonly code: number;
  readonly subcode: number;
  readonly data: Uint8Array;
}

/** KEEPALIVE (RFC 4271 §4.4). */
export interface Keepalive {
  readonly type: 'keepalive';
}

/** ROUTE-REFRESH (RFC 2918); `subtype` 1 and 2 delimit an enhanced refresh (RFC 7313). */
export interface RouteRefresh {
  readonly type: 'route-refresh';
  readonly afi: number;
  readonly subtype: number;
  readonly safi: number;
}

/** Any BGP message. */
export type Message = Open | Update | Notification | Keepalive | RouteRefresh;

/** ORIGIN values, in the order of their codes. */
export type Origin = 'igp' | 'egp' | 'incomplete';

/** One AS_PATH segment; types as in RFC 4271 §4.3 and RFC 5065 §3. */
export interface AsPathSegment {
  readonly kind: 'set' | 'sequence' | 'confed-sequence' | 'confed-set';
  readonly asns: readonly number[];
}

/** RFC 8092: three 32-bit numbers. */
export interface LargeCommunity {
  readonly global: number;
  readonly local1: number;
  readonly local2: number;
}

/** A path attribute. What this codec does not know keeps its flags, code and value. */
export type PathAttribute =
  | { readonly kind: 'origin'; readonly origin: Origin }
  | { readonly kind: 'as-path'; readonly segments: readonly AsPathSegment[] }
  | { readonly kind: 'next-hop'; readonly address: Address }
  | { readonly kind: 'med'; readonly med: number }
  | { readonly kind: 'local-pref'; readonly localPref: number }
  | { readonly kind: 'atomic-aggregate' }
  | { readonly kind: 'aggregator'; readonly asn: number; readonly address: Address }
  /** RFC 1997: 32-bit values. */
  | { readonly kind: 'communities'; readonly communities: readonly number[] }
  | { readonly kind: 'originator-id'; readonly routerId: Address }
  | { readonly kind: 'cluster-list'; readonly clusterIds: readonly Address[] }
  | {
      readonly kind: 'mp-reach';
      readonly family: Family;
      /** One address, or a global one followed by a link-local one (RFC 2545 §3). */
      readonly nextHops: readonly Address[];
      readonly prefixes: readonly Prefix[];
    }
  | { readonly kind: 'mp-unreach'; readonly family: Family; readonly prefixes: readonly Prefix[] }
  /** RFC 4360: eight bytes each, as bigint. */
  | { readonly kind: 'extended-communities'; readonly communities: readonly bigint[] }
  | { readonly kind: 'as4-path'; readonly segments: readonly AsPathSegment[] }
  | { readonly kind: 'as4-aggregator'; readonly asn: number; readonly address: Address }
  | { readonly kind: 'large-communities'; readonly communities: readonly LargeCommunity[] }
  | { readonly kind: 'unknown'; readonly flags: number; readonly code: number; readonly value: Uint8Array };

/** What RFC 7606 §2 says to do about a damaged message, weakest first. */
export type ErrorHandling = 'attribute-discard' | 'treat-as-withdraw' | 'afi-safi-disable' | 'session-reset';

/** Something wrong in received bytes, ready to become a NOTIFICATION. */
export interface DecodeError {
  readonly code: number;
  readonly subcode: number;
  /** The offending bytes, copied: never a view of a larger buffer. */
  readonly data: Uint8Array;
  readonly handling: ErrorHandling;
  /** For people: what was found and what would be right. */
  readonly message: string;
}

/** A value, or why there is none. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: DecodeError };

/** What both OPENs agreed on that changes how UPDATEs are read and written. */
export interface WireContext {
  /** AS_PATH and AGGREGATOR carry four-byte AS numbers (RFC 6793). */
  readonly fourOctetAs: boolean;
  /** Longest message either way, in bytes: 4096, or 65535 after RFC 8654. */
  readonly maxMessageLength: number;
  /** Some attributes are handled differently from external peers (RFC 7606 §7). */
  readonly external: boolean;
}
