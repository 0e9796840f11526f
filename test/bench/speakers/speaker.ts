/** A receiver that a speaker dials. */
export interface Peer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly asn: number;
}

/** The addresses of one VIP: IPv4, IPv6 or both. */
export type Vip = readonly string[];

/** What a speaker is started with. */
export interface SpeakerOptions {
  readonly peers: readonly Peer[];
  /** VIPs that it announces from the start. */
  readonly table: readonly Vip[];
}

/** That a VIP is announced, or no longer is. */
export interface Decision {
  /** By `process.hrtime`. */
  readonly at: bigint;
  readonly addresses: Vip;
  readonly announced: boolean;
}

/** A BGP speaker under measurement, running. */
export interface Speaker extends AsyncDisposable {
  readonly pid: number;
  /** Settles when it holds the table it was started with. */
  loaded(): Promise<void>;
  /** Tells it to announce more, and returns when it was told, by `process.hrtime`: all was prepared by then. */
  announce(vips: readonly Vip[]): Promise<bigint>;
  withdraw(vips: readonly Vip[]): Promise<bigint>;
  /** What it decided since this was last asked. Left out by speakers that keep no record: being told is the decision. */
  decisions?(): Promise<readonly Decision[]>;
  /** What it has written, for failure messages. */
  logs(): string;
}

/** A kind of speaker. */
export interface SpeakerKind {
  readonly name: string;
  /** How it is told of a change. */
  readonly way: string;
  version(): Promise<string>;
  /** Starts one; it dials its peers. */
  start(options: SpeakerOptions): Promise<Speaker>;
}

/** The AS number of every speaker; each receiver is in another. */
export const LOCAL_ASN = 65000;
export const ROUTER_ID = '10.0.0.7';
export const LOCAL_ADDRESS = '127.0.0.1';

/** Next hops of the speakers that need to be told. */
export const NEXT_HOP = { ipv4: LOCAL_ADDRESS, ipv6: '2001:db8::7' } as const;
