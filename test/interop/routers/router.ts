import type { Family } from '@vipcast/net';
import type { Host } from '../namespace.ts';

/** One session of a router under test. Addresses may carry a zone: `fe80::1%eth0`. */
export interface Neighbor {
  readonly address: string;
  readonly peerASN: number;
  readonly localAddress: string;
  /** True: the router waits to be dialled. False: it dials, and accepts as well. */
  readonly passive: boolean;
  readonly families: readonly Family[];
  readonly password?: string;
  /** RFC 8950, and on IPv4 sessions what the router needs to take IPv4-mapped next hops for IPv6 routes. */
  readonly extendedNextHop?: boolean;
  /** Seconds; the keepalive interval is a third of it. */
  readonly holdTime?: number;
  /** The TTL of an external session to a peer that is not on the link. */
  readonly multihop?: number;
  /** False: the router speaks of two-byte AS numbers only (RFC 6793 §4.1); BIRD and ExaBGP can. */
  readonly fourOctetAs?: boolean;
  /** RFC 5082: sends TTL 255 and takes nothing lower. */
  readonly ttlSecurity?: boolean;
  /** The port the router dials. */
  readonly port?: number;
}

/** What a router is told to be. */
export interface RouterConfig {
  readonly localASN: number;
  readonly routerId: string;
  readonly neighbors: readonly Neighbor[];
  /** Prefixes the router announces itself, next hop self. */
  readonly originate?: readonly string[];
}

/** A route as a router prints it, its communities brought to one spelling. */
export interface ReceivedRoute {
  readonly prefix: string;
  readonly nextHop: string;
  readonly nextHopLinkLocal?: string;
  readonly asPath: readonly number[];
  readonly origin: 'igp' | 'egp' | 'incomplete';
  readonly med?: number;
  readonly localPref?: number;
  /** `65000:100`; well-known ones too: no-export is `65535:65281`. */
  readonly communities: readonly string[];
  /** `65000:1:2`. */
  readonly largeCommunities: readonly string[];
  /** `rt:65000:5`, `ro:65000:5`; others as printed. */
  readonly extendedCommunities: readonly string[];
  /** Whether the next hop resolves, where a router says so (FRR, BIRD). */
  readonly valid?: boolean;
}

/** The states of RFC 4271 §8.2.2. */
export type SessionState = 'Idle' | 'Connect' | 'Active' | 'OpenSent' | 'OpenConfirm' | 'Established';

/** A session as a router sees it. */
export interface RouterSession {
  readonly state: SessionState;
  readonly uptimeSeconds?: number;
  readonly lastError?: string;
  /** Times this session became Established since the router started. */
  readonly establishedCount: number;
}

/** A real router, running. `neighbor` is an address of its configuration; left out, the first. */
export interface Router extends AsyncDisposable {
  readonly name: string;
  readonly host: Host;
  readonly config: RouterConfig;
  /** What it received from a neighbour and did not refuse. */
  routes(family: Family, neighbor?: string): Promise<readonly ReceivedRoute[]>;
  session(neighbor?: string): Promise<RouterSession>;
  /** Sends ROUTE-REFRESH (RFC 2918) for both families, where the router can. */
  requestRefresh(neighbor?: string): Promise<void>;
  /** How many End-of-RIB markers (RFC 4724 §2) the present session has brought. */
  endsOfRib(neighbor?: string): Promise<number>;
  /** Ends the session with a NOTIFICATION and starts it again. */
  reset(neighbor?: string): Promise<void>;
  /** Asks the router in its own words (vtysh, birdc, gobgp, bgpctl, ExaBGP's API) and returns the answer as text. */
  cli(...words: readonly string[]): Promise<string>;
  /** SIGKILL to all its processes: the kernel closes its connections. */
  kill(): Promise<void>;
  /** Ends it as an operator would. */
  stop(): Promise<void>;
  /** Starts it again with the same configuration, killing it first if need be. */
  restart(): Promise<void>;
  /** Everything it has written, for failure messages. */
  logs(): string;
}

/** Starts a router on a host and waits until it answers questions (not until a session is up). */
export type StartRouter = (host: Host, config: RouterConfig) => Promise<Router>;
