import type { Family } from '@vipcast/net';
import type { AddressRange } from './kubernetes/address-range.ts';
import type { LabelSelector } from './kubernetes/label-selector.ts';

/**
 * What the file says, with every default and inheritance worked out. Plain data, ready for JSON or MessagePack:
 * durations in milliseconds, addresses in canonical text, `null` for "not set". Holds no secret, only the paths of
 * files that do.
 */
export interface Config {
  readonly cluster: string;
  readonly node: string;
  readonly bgp: BgpConfig;
  readonly peers: readonly PeerConfig[];
  readonly vips: readonly VipConfig[];
  readonly policy: readonly PolicyRule[];
  /**
   * What BGPAdvertisements say of Kubernetes' VIPs, highest priority first; they are evaluated before `policy`. `null`
   * when none exist: then every VIP goes to every peer. Never in the file: `mergeResources` fills it in.
   */
  readonly advertisements: readonly AdvertisementConfig[] | null;
  /** What VIPPools give to Services, in the order in which they are tried. Never in the file either. */
  readonly pools: readonly PoolConfig[];
  /** What a peer that is not in the file inherits. */
  readonly peerDefaults: PeerDefaults;
  readonly kubernetes: KubernetesConfig;
  readonly log: LogConfig;
  readonly lookingGlass: { readonly listen: string } | null;
}

/** Settings of the speaker itself; what peers inherit is found on the peers. */
export interface BgpConfig {
  readonly localASN: number;
  /** Dotted quad; `null`: the shell derives it. */
  readonly routerId: string | null;
  readonly sourceAddress: string | null;
  readonly sourceInterface: string | null;
  /** `null`: no TCP listener. */
  readonly listen: { readonly address: string; readonly port: number } | null;
  /** Milliseconds that a node which drains stays less preferred (RFC 8326) before it withdraws. */
  readonly drainTime: number;
}

/** What `bgp` sets for all peers; `null` where it says nothing. Times in milliseconds. */
export interface PeerDefaults {
  readonly families: readonly Family[] | null;
  readonly nextHop: {
    readonly strategy: NextHopStrategy | null;
    readonly ipv4: string | null;
    readonly ipv6: string | null;
  };
  readonly holdTime: number | null;
  readonly keepaliveTime: number | null;
  readonly connectRetryTime: number | null;
}

/** A peer's AS: one number, any but the local one, or the local one. */
export type PeerASN = number | 'external' | 'internal';

/** How next hops are chosen. */
export type NextHopStrategy = 'session' | 'fixed' | 'source-address' | 'source-interface' | 'link-local';

/** A peer's next-hop settings. */
export interface NextHopConfig {
  readonly strategy: NextHopStrategy;
  /** For IPv4 routes on an IPv6 session, strategy `fixed` only. */
  readonly ipv4: string | null;
  /** For IPv6 routes on an IPv4 session, strategy `fixed` only. */
  readonly ipv6: string | null;
  /** The link to look at, strategy `source-interface` only. */
  readonly interface: string | null;
}

/** One peer, with everything it inherits from `bgp`. Exactly one of `address` and `interface` is set. */
export interface PeerConfig {
  readonly name: string;
  readonly address: string | null;
  readonly interface: string | null;
  readonly port: number;
  readonly localASN: number;
  readonly peerASN: PeerASN;
  readonly families: readonly Family[];
  readonly nextHop: NextHopConfig;
  readonly sourceAddress: string | null;
  readonly sourceInterface: string | null;
  readonly passwordFile: string | null;
  /** GTSM (RFC 5082): send with TTL 255, accept nothing less. */
  readonly ttlSecurity: boolean;
  /** TTL of what is sent to an external peer some hops away; `null`: directly connected. */
  readonly multihop: number | null;
  readonly passive: boolean;
  /** Milliseconds, whole seconds; 0 switches keepalives off (RFC 4271 §4.2). */
  readonly holdTime: number;
  /** Milliseconds, whole seconds. */
  readonly keepaliveTime: number;
  /** Milliseconds. */
  readonly connectRetryTime: number;
}

/** A probe that decides whether a VIP is advertised; times in milliseconds. */
export type HealthCheckConfig = {
  readonly interval: number;
  readonly timeout: number;
  /** Successes in a row until healthy. */
  readonly rise: number;
  /** Failures in a row until unhealthy. */
  readonly fall: number;
} & (
  | {
      readonly kind: 'http';
      readonly target: string;
      /** A file with the certificates of the only authorities that are believed; `null`: the system's. */
      readonly ca: string | null;
      /** Take any certificate. */
      readonly insecure: boolean;
    }
  | { readonly kind: 'tcp'; readonly target: string }
  /** A list is an argument vector; a string is for `/bin/sh -c`. */
  | { readonly kind: 'exec'; readonly target: string | readonly string[] }
);

/** A service address, or several under one name. */
export interface VipConfig {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly healthCheck: HealthCheckConfig | null;
  /** Interface that gets the addresses. */
  readonly bind: string | null;
}

/** What a rule is about; `null` matches everything. */
export interface PolicyMatch {
  readonly vips: readonly string[] | null;
  readonly peers: readonly string[] | null;
  readonly families: readonly Family[] | null;
  /** VIPs inside any of these prefixes. */
  readonly prefixes: readonly string[] | null;
}

/** What a rule puts on a route. */
export interface PolicySet {
  readonly communities: readonly string[];
  readonly extendedCommunities: readonly string[];
  readonly largeCommunities: readonly string[];
  readonly localPref: number | null;
  readonly med: number | null;
  /** How many more times the local AS stands in the AS_PATH. */
  readonly prepend: number;
  readonly nextHop: string | null;
}

/** One rule; the first that matches decides. */
export interface PolicyRule {
  readonly match: PolicyMatch;
  readonly action: 'accept' | 'reject';
  readonly set: PolicySet;
}

/**
 * Which VIPs one BGPAdvertisement selects, where it lets them go, and what it puts on them; `null` is all. What an
 * earlier release recorded lacks all that selects.
 */
export interface AdvertisementConfig {
  readonly name: string;
  readonly serviceSelector: LabelSelector | null;
  readonly namespaces: readonly string[] | null;
  readonly namespaceSelector: LabelSelector | null;
  /** Ranges of the VIPPools that it names; a pool that does not exist has none. */
  readonly addresses: readonly AddressRange[] | null;
  readonly peers: readonly string[] | null;
  readonly families: readonly Family[] | null;
  readonly set: PolicySet;
}

/** Addresses of one VIPPool, and the Services that may have them; `null` is all. */
export interface PoolConfig {
  readonly name: string;
  readonly addresses: readonly AddressRange[];
  /** Also for Services that do not ask for this pool. */
  readonly autoAssign: boolean;
  readonly namespaces: readonly string[] | null;
  readonly namespaceSelector: LabelSelector | null;
  readonly serviceSelector: LabelSelector | null;
  /** The highest is tried first. */
  readonly priority: number;
  /** Whether Services with the same sharing key may share an address. */
  readonly sharing: 'never' | 'by-key';
}

/** Where Services come from, and what is done for them. */
export interface KubernetesConfig {
  readonly enabled: boolean;
  /** `null`: the Pod's own service account. */
  readonly kubeconfig: string | null;
  /** Only Services of this class; `null`: only Services without a class. */
  readonly loadBalancerClass: string | null;
  /** With a class, also Services without one. */
  readonly alsoWithoutClass: boolean;
  /** Only Services of this namespace; `null`: of all. */
  readonly namespace: string | null;
  /** Also advertise `spec.externalIPs`. */
  readonly externalIPs: boolean;
  /** Follow BGPPeer, BGPAdvertisement and VIPPool; a cluster without these kinds has none. */
  readonly resources: boolean;
  /** Give Services addresses out of VIPPools. */
  readonly allocate: boolean;
  /** One node watches the API server for all and tells them through the log. */
  readonly sharedWatcher: boolean;
  /** Keys of taints that drain the node. */
  readonly drainTaints: readonly string[];
  /** Whether a cordoned node is drained. */
  readonly drainOnCordon: boolean;
  /** Secrets are mounted here as `<name>/<key>`; they are never read through the API. */
  readonly secretsDirectory: string;
}

/** Where facts go. */
export interface LogConfig {
  readonly journal: string;
  readonly nats: {
    readonly servers: readonly string[];
    /** A file with an nkey seed, or a `.creds` file. */
    readonly credentials: string | null;
    /** A file with the certificates of the authorities that servers are checked against. */
    readonly ca: string | null;
    readonly replicas: number;
  } | null;
}
