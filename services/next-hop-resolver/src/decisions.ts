import type { PeerConfig } from '@vipcast/config';
import type { Cause, Draft, Facts } from '@vipcast/events';
import { type Address, type Family, formatAddress, parseAddress } from '@vipcast/net';
import { type Candidate, type HostAddress, type Resolution, resolveNextHop } from '@vipcast/next-hop';

/** A session that is up, as its `session.Established` says. */
export interface EstablishedSession {
  readonly id: string;
  readonly cause: Cause;
  readonly negotiated: Facts['session.Established']['negotiated'];
}

/** What next hops depend on. */
export interface ResolverState {
  peers: readonly PeerConfig[];
  host: readonly HostAddress[];
  /** Texts of the addresses in `host`: only a VIP that has one of them can be mistaken for a next hop. */
  onHost: ReadonlySet<string>;
  readonly sessions: Map<string, EstablishedSession>;
  /** Of the speaker whose sessions they are. */
  speakerEpoch: number;
  /** Addresses of the VIPs that this node advertises, by VIP. */
  readonly vips: Map<string, readonly string[]>;
  /** The last decision for each peer and family, as it was written. */
  readonly decided: Map<string, string>;
}

/** Knows nothing yet. */
export const createResolverState = (): ResolverState => ({
  peers: [],
  host: [],
  onHost: new Set(),
  sessions: new Map(),
  speakerEpoch: 0,
  vips: new Map(),
  decided: new Map(),
});

const address = (text: string): Address[] => {
  const parsed = parseAddress(text);
  return parsed === undefined ? [] : [parsed];
};

/** Only VIPs that are also on this host can be mistaken for a next hop. */
const vipsOnHost = ({ host, onHost, vips }: ResolverState): Address[] => {
  const advertised = new Set<string>();
  for (const addresses of vips.values())
    for (const each of addresses) if (onHost.has(each)) advertised.add(each);
  return host.map((each) => each.address).filter((each) => advertised.has(formatAddress(each)));
};

const candidateData = ({ address: found, interface: link, rejected }: Candidate) => ({
  address: formatAddress(found),
  interface: link,
  ...(rejected === undefined ? {} : { rejected }),
});

const draft = (
  peer: PeerConfig,
  family: Family,
  session: EstablishedSession,
  resolution: Resolution,
): Draft => {
  const shared = {
    peer: peer.name,
    family,
    session: session.id,
    strategy: peer.nextHop.strategy,
    reason: resolution.reason,
    because: resolution.text,
    candidates: resolution.candidates.map(candidateData),
  };
  return resolution.resolved
    ? {
        type: 'nexthop.Resolved',
        of: peer.name,
        data: { ...shared, nextHops: resolution.nextHops.map(formatAddress) },
      }
    : { type: 'nexthop.Unresolved', of: peer.name, data: shared };
};

/**
 * Decides every next hop again.
 * @returns a draft for each peer and family whose decision differs from the last; `state.decided` is brought up to date
 */
export const decideNextHops = (state: ResolverState): readonly Draft[] => {
  const drafts: Draft[] = [];
  const vips = vipsOnHost(state);
  for (const peer of state.peers) {
    const session = state.sessions.get(peer.name);
    const [localAddress, peerAddress] = [
      session?.negotiated.localAddress,
      session?.negotiated.remoteAddress,
    ].map((text) => (text === undefined ? undefined : address(text)[0]));
    if (session === undefined || localAddress === undefined || peerAddress === undefined) continue;
    const { families, extendedNextHop } = session.negotiated;
    const settings = {
      ...peer.nextHop,
      sourceAddress: peer.sourceAddress,
      sourceInterface: peer.nextHop.interface ?? peer.sourceInterface,
    };
    for (const family of families) {
      const resolution = resolveNextHop({
        family,
        settings,
        session: { localAddress, peerAddress, families, extendedNextHop },
        host: state.host,
        vips,
      });
      const decision = draft(peer, family, session, resolution);
      const key = `${peer.name} ${family}`;
      const written = JSON.stringify(decision.data);
      if (state.decided.get(key) === written) continue;
      const first = !state.decided.get(key)?.includes(session.id);
      state.decided.set(key, written);
      drafts.push(first ? { ...decision, cause: session.cause } : decision);
    }
  }
  return drafts;
};
