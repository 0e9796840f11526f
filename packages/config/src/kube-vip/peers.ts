import { type Family, parseAddress } from '@vipcast/net';
import { type KubeVipPeer, parsePeers } from './peer-grammar.ts';
import { isTrue } from './settings.ts';

type Values = ReadonlyMap<string, string>;

/** Entries for `peers`, and what needs a person. */
export interface TranslatedPeers {
  readonly entries: readonly Readonly<Record<string, unknown>>[];
  readonly notes: readonly string[];
}

/** kube-vip's fixed TTL for `multihop`. */
const MULTIHOP_TTL = 50;
const STRATEGIES: ReadonlyMap<string, string> = new Map([
  ['fixed', 'fixed'],
  ['auto_sourceip', 'source-address'],
  ['auto_sourceif', 'source-interface'],
]);

/** `bgp_peeraddress` and its companions, one more peer. */
const extraPeer = (values: Values): readonly KubeVipPeer[] => {
  const address = (values.get('bgp_peeraddress') ?? '').trim().replace(/^\[(.*)\]$/, '$1');
  if (address === '') return [];
  return [
    {
      address,
      link: null,
      as: values.get('bgp_peeras') ?? '65000',
      hasPassword: (values.get('bgp_peerpass') ?? '') !== '',
      multihop: isTrue(values.get('bgp_multihop')),
      port: '',
      options: new Map(),
      bfd: false,
    },
  ];
};

/**
 * A field where something else stands is dropped rather than shown: with a colon or comma too many in `bgp_peers`, a
 * password may have slipped into it.
 */
const digits = (text: string): number | undefined => (/^\d{1,10}$/.test(text) ? Number(text) : undefined);
const address = (text: string | null | undefined): string | undefined =>
  text && parseAddress(text) ? text : undefined;

/** Without a strategy kube-vip speaks only the session's own family. */
const nextHopOf = (peer: KubeVipPeer, values: Values): Readonly<Record<string, unknown>> => {
  const option = (name: string) => peer.options.get(name) || values.get(name) || undefined;
  const strategy = option('mpbgp_nexthop');
  if (peer.link !== null) return {};
  if (strategy === undefined) {
    const own: Family = peer.address?.includes(':') ? 'ipv6-unicast' : 'ipv4-unicast';
    return { families: [own] };
  }
  const fixed =
    strategy === 'fixed' ? { ipv4: address(option('mpbgp_ipv4')), ipv6: address(option('mpbgp_ipv6')) } : {};
  return { nextHop: { strategy: STRATEGIES.get(strategy) ?? 'unknown', ...fixed } };
};

const sourceOf = (peer: KubeVipPeer, values: Values): Readonly<Record<string, unknown>> => {
  if (peer.link !== null) return {};
  const address = values.get('bgp_sourceip') || undefined;
  return address === undefined
    ? { sourceInterface: values.get('bgp_sourceif') || undefined }
    : { sourceAddress: address };
};

const notesOn = (
  peer: KubeVipPeer,
  name: string,
  passwordFile: string,
  values: Values,
): readonly string[] => [
  ...(peer.hasPassword
    ? [`${name} had a password, which is not shown: write it to ${passwordFile}, readable by vipcast only`]
    : []),
  ...(peer.bfd ? [`${name} used BFD, which has no counterpart: the hold time finds a lost peer`] : []),
  ...(peer.port !== '' && peer.port !== '179'
    ? [
        `${name} names port ${/^\d+$/.test(peer.port) ? peer.port : '?'}; kube-vip before 1.2.4 dialled 179 all the same`,
      ]
    : []),
  ...(peer.link === null && !peer.options.has('mpbgp_nexthop') && !values.get('mpbgp_nexthop')
    ? [`${name} carries one family, as in kube-vip without mpbgp_nexthop: leave out families for both`]
    : []),
];

/** The peers of `bgp_peers`, then the one of `bgp_peeraddress`, named `peer1`, `peer2` and so on. */
export const translatePeers = (values: Values): TranslatedPeers => {
  const peers = [...parsePeers(values.get('bgp_peers')), ...extraPeer(values)];
  const named = peers.map((peer, i) => ({ peer, name: `peer${i + 1}`, file: `/run/secrets/peer${i + 1}` }));
  return {
    entries: named.map(({ peer, name, file }) => ({
      name,
      ...(peer.link === null ? { address: address(peer.address) } : { interface: peer.link }),
      port: peer.port === '' || peer.port === '179' ? undefined : digits(peer.port),
      peerASN: peer.link !== null && (peer.as === '' || peer.as === '0') ? 'external' : digits(peer.as),
      multihop: peer.multihop ? MULTIHOP_TTL : undefined,
      passwordFile: peer.hasPassword ? file : undefined,
      ...sourceOf(peer, values),
      ...nextHopOf(peer, values),
    })),
    notes: named.flatMap(({ peer, name, file }) => notesOn(peer, name, file, values)),
  };
};
