import { checkNextHop } from '../check/next-hop.ts';
import type { Seat } from '../check/seat.ts';
import { checkSession } from '../check/session.ts';
import { checkSupport } from '../check/unsupported.ts';
import type { Config, PeerConfig } from '../config.ts';
import { conflict, type Problem } from '../problem.ts';
import { resolvePeer } from '../resolve/peer.ts';
import type { BgpSection } from '../schema/bgp.ts';
import { accepted, refused } from './condition.ts';
import type { PeerResource } from './resource.ts';
import { invalid, type Verdict } from './verdict.ts';

/** The section `bgp` as a peer sees it: what the configuration kept of it. */
const sectionOf = ({ bgp, peerDefaults }: Config): BgpSection => ({
  localASN: bgp.localASN,
  routerID: bgp.routerId,
  listen: bgp.listen ?? false,
  sourceAddress: bgp.sourceAddress,
  sourceInterface: bgp.sourceInterface,
  ...peerDefaults,
  families: peerDefaults.families && [...peerDefaults.families],
});

/** A peer whose address is a VIP would be looked for on this very node. */
const usesVip = ({ address, sourceAddress, nextHop }: PeerConfig, { vips }: Config): readonly Problem[] => {
  const owner = (wanted: string | null) => vips.find(({ addresses }) => addresses.some((a) => a === wanted));
  const places = [
    [['spec', 'address'], address],
    [['spec', 'sourceAddress'], sourceAddress],
    [['spec', 'nextHop', 'ipv4'], nextHop.ipv4],
    [['spec', 'nextHop', 'ipv6'], nextHop.ipv6],
  ] as const;
  return places.flatMap(([path, value]) => {
    const vip = owner(value);
    if (vip === undefined) return [];
    return [conflict(path, value, `${value} is an address of VIP ${vip.name}`, 'give another address')];
  });
};

/** Settings that nothing carries out yet, as they would be refused in the file. */
const unsupported = (peer: PeerResource['peer']): readonly Problem[] =>
  checkSupport({ peers: [peer] }).map((problem) => ({
    ...problem,
    path: ['spec', ...problem.path.slice(2)],
  }));

/** A BGPPeer as a peer of this configuration, with everything it inherits, and what cannot work about it. */
const peerOf = (
  { name, peer: written, passwordSecret }: PeerResource,
  config: Config,
): { readonly peer: PeerConfig; readonly problems: readonly Problem[] } => {
  const section = sectionOf(config);
  const passwordFile = passwordSecret
    ? `${config.kubernetes.secretsDirectory}/${passwordSecret.name}/${passwordSecret.key}`
    : null;
  const entry = { ...written, name, passwordFile };
  const peer = resolvePeer(section, entry);
  const seat: Seat = { path: ['spec'], written: entry, peer };
  const problems = [...checkSession(seat, section), ...checkNextHop(seat), ...unsupported(written)];
  return { peer, problems: [...problems, ...usesVip(peer, config)] };
};

/** How peers are told apart: where peers may dial in, their port is any. */
const placeOf = ({ address, interface: link, port }: PeerConfig, listening: boolean): string =>
  address === null ? `${link}` : listening ? address : `${address} port ${port}`;

/** Takes in one BGPPeer after the other; file peers come before all. */
export const createPeerRegister = (config: Config) => {
  const listening = config.bgp.listen !== null;
  const names = new Map(config.peers.map(({ name }) => [name, 'the file']));
  const places = new Map(
    config.peers.map((peer) => [placeOf(peer, listening), `peer ${peer.name} of the file`]),
  );
  const added: PeerConfig[] = [];
  const add = (resource: PeerResource): Verdict => {
    const { peer, problems } = peerOf(resource, config);
    if (problems.length > 0) return invalid(resource, problems);
    const place = placeOf(peer, listening);
    const [namesake, rival] = [names.get(peer.name), places.get(place)];
    if (namesake !== undefined)
      return {
        condition: refused(resource, 'NameTaken', `${namesake} has a peer called ${peer.name}, and it stays`),
        problems: [],
      };
    if (rival !== undefined)
      return {
        condition: refused(resource, 'AddressTaken', `${place} is that of ${rival}, which stays`),
        problems: [],
      };
    names.set(peer.name, 'another BGPPeer');
    places.set(place, `BGPPeer ${peer.name}`);
    added.push(peer);
    return { condition: accepted(resource), problems: [] };
  };
  return { added, add };
};
