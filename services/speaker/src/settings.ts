import type { Config, PeerConfig, PolicySet as SetConfig } from '@vipcast/config';
import { parseAddress, parsePrefix } from '@vipcast/net';
import type { AddressRange, Policy, PolicyRule, PolicySet } from '@vipcast/rib';
import type { SessionSettings } from '@vipcast/session';
import { parseCommunity, parseExtendedCommunity, parseLargeCommunity } from '@vipcast/wire';

/** An address or prefix that the configuration has already checked. */
const checked = <T>(value: T | undefined, text: string): T => {
  if (value === undefined) throw new Error(`unchecked configuration value ${JSON.stringify(text)}`);
  return value;
};

/** The session's share of a peer's configuration. */
export const sessionSettings = (config: Config, peer: PeerConfig): SessionSettings => ({
  localASN: peer.localASN,
  peerASN: peer.peerASN,
  routerId: checked(parseAddress(config.bgp.routerId ?? ''), 'bgp.routerID'),
  families: peer.families,
  holdTime: peer.holdTime / 1000,
  keepaliveTime: peer.keepaliveTime / 1000,
  connectRetryTime: peer.connectRetryTime,
  passive: peer.passive,
  hostName: config.node,
});

const policySet = (set: SetConfig): PolicySet => ({
  communities: set.communities.map((text) => checked(parseCommunity(text), text)),
  extendedCommunities: set.extendedCommunities.map((text) => checked(parseExtendedCommunity(text), text)),
  largeCommunities: set.largeCommunities.map((text) => checked(parseLargeCommunity(text), text)),
  localPref: set.localPref,
  med: set.med,
  prepend: set.prepend,
  nextHop: set.nextHop === null ? null : checked(parseAddress(set.nextHop), set.nextHop),
});

/** The rules of the file in the RIB's own values. */
const policyRules = (config: Config): readonly PolicyRule[] =>
  config.policy.map(({ match, action, set }) => ({
    match: {
      vips: match.vips,
      peers: match.peers,
      families: match.families,
      prefixes: match.prefixes?.map((text) => checked(parsePrefix(text), text)) ?? null,
    },
    action,
    set: policySet(set),
  }));

type Ranges = NonNullable<Config['advertisements']>[number]['addresses'];

const addressRanges = (ranges: Ranges): readonly AddressRange[] | null =>
  ranges?.map(({ first, last }) => ({
    first: checked(parseAddress(first), first),
    last: checked(parseAddress(last), last),
  })) ?? null;

/** The whole policy: the rules, and what Kubernetes' advertisements say, of which older configurations know nothing. */
export const policyOf = (config: Config): Policy => ({
  rules: policyRules(config),
  advertisements:
    (config.advertisements as Config['advertisements'] | undefined)?.map(
      // What an earlier release recorded has no addresses.
      ({ name, addresses = null, peers, families, set }) => ({
        ...{ name, peers, families },
        addresses: addressRanges(addresses),
        set: policySet(set),
      }),
    ) ?? null,
});

const listenerPart = ({ bgp, peers }: Config): string =>
  JSON.stringify([
    bgp.listen,
    peers.map(({ address, passwordFile, ttlSecurity }) => [address, passwordFile, ttlSecurity]),
  ]);

/** True when the listening socket must be opened anew: its place, or what guards it. */
export const listenerChanged = (before: Config, after: Config): boolean =>
  listenerPart(before) !== listenerPart(after);
