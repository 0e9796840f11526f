import type { Address, Family } from '@vipcast/net';

/** How a peer's next hops are chosen; one row of the decision table each. */
export type Strategy = 'session' | 'fixed' | 'source-address' | 'source-interface' | 'link-local';

/** A peer's next-hop settings, defaults already applied; addresses are text as configured, `null` is "not given". */
export interface NextHopSettings {
  readonly strategy: Strategy;
  /** The address for IPv4 routes on an IPv6 session (`fixed`). */
  readonly ipv4: string | null;
  /** The address for IPv6 routes on an IPv4 session (`fixed`). */
  readonly ipv6: string | null;
  readonly sourceAddress: string | null;
  readonly sourceInterface: string | null;
}

/** An address the host has, on one of its interfaces. */
export interface HostAddress {
  readonly address: Address;
  /** Length of the on-link prefix, in bits. */
  readonly length: number;
  readonly interface: string;
  readonly scope: 'global' | 'link' | 'host';
  readonly flags: {
    readonly temporary: boolean;
    readonly deprecated: boolean;
    readonly tentative: boolean;
    readonly dadFailed: boolean;
  };
  /** Seconds the address stays preferred; `Infinity` for ever. */
  readonly preferredLifetime: number;
}

/** What an established session contributes. */
export interface NextHopSession {
  readonly localAddress: Address;
  /** Known at least when the session runs over link-local addresses. */
  readonly localInterface?: string;
  readonly peerAddress: Address;
  /** Families whose routes may carry an IPv6 next hop: negotiated capability 5 (RFC 8950 §4). */
  readonly extendedNextHop: readonly Family[];
  /** Families negotiated for the session (RFC 4760 §8). */
  readonly families: readonly Family[];
}

/** Everything a decision depends on. */
export interface DecisionInput {
  readonly family: Family;
  readonly settings: NextHopSettings;
  readonly session: NextHopSession;
  readonly host: readonly HostAddress[];
  /** Addresses announced by this node: never a next hop. */
  readonly vips: readonly Address[];
}

/** Why an address on the link cannot be a next hop. */
export type Rejection =
  | 'own-vip'
  | 'loopback'
  | 'link-local'
  | 'multicast'
  | 'dad-failed'
  | 'tentative'
  | 'deprecated'
  | 'temporary';

/** An address that was looked at; without `rejected` it was fit to be used. */
export interface Candidate {
  readonly address: Address;
  readonly interface: string;
  readonly rejected?: Rejection;
}

/** Why this next hop; stable words. */
export type ResolvedReason =
  | 'session-address'
  | 'ipv4-mapped-session-address'
  | 'extended-next-hop'
  | 'fixed-address'
  | 'source-address-link'
  | 'source-interface'
  | 'link-local-and-global'
  | 'link-local-only';

/** Why none; stable words. */
export type RefusedReason =
  | 'family-not-negotiated'
  | 'extended-next-hop-not-negotiated'
  | 'fixed-address-invalid'
  | 'fixed-address-unusable'
  | 'source-address-not-set'
  | 'source-address-invalid'
  | 'source-address-not-on-host'
  | 'source-interface-not-set'
  | 'link-unknown'
  | 'no-candidate';

/**
 * The answer for one family on one peer. `reason` is a stable code, `text` the same in a sentence. `nextHops` are
 * in wire order: one address, or a global and a link-local one (RFC 2545 §3). `candidates` are best first, the
 * rejected ones last.
 */
export type Resolution =
  | {
      readonly resolved: true;
      readonly nextHops: readonly Address[];
      readonly reason: ResolvedReason;
      readonly text: string;
      readonly candidates: readonly Candidate[];
    }
  | {
      readonly resolved: false;
      readonly reason: RefusedReason;
      readonly text: string;
      readonly candidates: readonly Candidate[];
    };

/** A resolution with a next hop. */
export const resolved = (
  reason: ResolvedReason,
  text: string,
  nextHops: readonly Address[],
  candidates: readonly Candidate[] = [],
): Resolution => ({ resolved: true, nextHops, reason, text, candidates });

/** A resolution without one. */
export const refused = (
  reason: RefusedReason,
  text: string,
  candidates: readonly Candidate[] = [],
): Resolution => ({ resolved: false, reason, text, candidates });
