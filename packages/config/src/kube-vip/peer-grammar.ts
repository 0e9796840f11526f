import { commaList, isTrue } from './settings.ts';

/** One peer as kube-vip's words describe it. */
export interface KubeVipPeer {
  readonly address: string | null;
  /** Of an unnumbered peer. */
  readonly link: string | null;
  readonly as: string;
  /** There was one; it is never kept. */
  readonly hasPassword: boolean;
  readonly multihop: boolean;
  readonly port: string;
  /** `mpbgp_nexthop`, `mpbgp_ipv4` and `mpbgp_ipv6` of this peer. */
  readonly options: ReadonlyMap<string, string>;
  readonly bfd: boolean;
}

const ADDRESS = /^(?:unnumbered:([^:]+)|\[([^\]]*)\]|([^:]*))(?::|$)/;
const BFD = /(?:^|:)([^:;=]*);[^:;=]*;[^:;=]*;[^:;=]*$/;

const parseOptions = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(';').flatMap((option): [string, string][] => {
      const equals = option.indexOf('=');
      return equals < 0 ? [] : [[option.slice(0, equals).trim(), option.slice(equals + 1).trim()]];
    }),
  );

/**
 * Reads one peer of `addr:as:password:multihop:port:mpbgp:bfd`, or of the form before kube-vip 1.2.2 with
 * `/mpbgp_…` at the end. IPv6 next hops are taken whole, where kube-vip cuts them at their first colon.
 */
const parsePeer = (text: string): KubeVipPeer => {
  const slash = text.indexOf('/mpbgp_');
  const head = slash < 0 ? text : text.slice(0, slash);
  const [start, link, bracketed, plain] = ADDRESS.exec(head) ?? [''];
  const [as = '', password = '', multihop = '', port = '', ...rest] = head.slice(start.length).split(':');
  const tail = rest.join(':');
  const bfd = BFD.exec(tail);
  return {
    address: link === undefined ? (bracketed ?? plain ?? '') : null,
    link: link ?? null,
    as,
    hasPassword: password !== '',
    multihop: isTrue(multihop),
    port,
    options: parseOptions(slash < 0 ? tail.slice(0, bfd?.index ?? tail.length) : text.slice(slash + 1)),
    bfd: isTrue(bfd?.[1]),
  };
};

/** Reads `bgp_peers`. */
export const parsePeers = (text: string | undefined): readonly KubeVipPeer[] =>
  commaList(text).map(parsePeer);
