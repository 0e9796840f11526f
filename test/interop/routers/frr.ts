import type { Family } from '@vipcast/net';
import { ask, type Daemon, type Place, startDaemon } from './daemon.ts';
import type { Neighbor, ReceivedRoute, RouterSession, SessionState, StartRouter } from './router.ts';
import {
  community,
  extendedCommunity,
  familyOfText,
  lines,
  timesSince,
  withoutZone,
  words,
  zoneOf,
} from './spelling.ts';

interface Path {
  readonly aspath: { readonly segments: readonly { readonly list: readonly number[] }[] };
  readonly origin: string;
  readonly metric?: number;
  readonly locPrf?: number;
  readonly valid?: boolean;
  readonly community?: { readonly string: string };
  readonly largeCommunity?: { readonly string: string };
  readonly extendedCommunity?: { readonly string: string };
  readonly nexthops: readonly { readonly ip: string; readonly scope?: string }[];
  readonly peer: { readonly peerId: string };
}

const AFI_WORDS = { 'ipv4-unicast': 'ipv4 unicast', 'ipv6-unicast': 'ipv6 unicast' } as const;

const neighborLines = (neighbor: Neighbor): string => {
  const name = `neighbor ${withoutZone(neighbor.address)}`;
  const zone = zoneOf(neighbor.address);
  const hold = neighbor.holdTime;
  return lines(
    `${name} remote-as ${neighbor.peerASN}`,
    `${name} timers connect 1`,
    zone !== undefined && `${name} interface ${zone}`,
    zone === undefined && `${name} update-source ${neighbor.localAddress}`,
    hold !== undefined && `${name} timers ${Math.floor(hold / 3)} ${hold}`,
    neighbor.passive && `${name} passive`,
    neighbor.port !== undefined && `${name} port ${neighbor.port}`,
    neighbor.password !== undefined && `${name} password ${neighbor.password}`,
    neighbor.multihop !== undefined && `${name} ebgp-multihop ${neighbor.multihop}`,
    neighbor.ttlSecurity && `${name} ttl-security hops 1`,
    neighbor.extendedNextHop && `${name} capability extended-nexthop`,
  );
};

const familyLines = (family: Family, { config }: Place): string =>
  lines(
    `address-family ${AFI_WORDS[family]}`,
    ...(config.originate ?? [])
      .filter((prefix) => familyOfText(prefix) === family)
      .map((prefix) => ` network ${prefix}`),
    ...config.neighbors
      .filter(({ families }) => families.includes(family))
      .map(({ address }) => ` neighbor ${withoutZone(address)} activate`),
    'exit-address-family',
  );

const bgpd = (place: Place): string =>
  lines(
    `router bgp ${place.config.localASN}`,
    `bgp router-id ${place.config.routerId}`,
    'bgp log-neighbor-changes',
    'no bgp default ipv4-unicast',
    'no bgp ebgp-requires-policy',
    'no bgp network import-check',
    ...place.config.neighbors.map(neighborLines),
    familyLines('ipv4-unicast', place),
    familyLines('ipv6-unicast', place),
    '',
  );

const received = (prefix: string, path: Path): ReceivedRoute => {
  const linkLocal = path.nexthops.find(({ scope }) => scope === 'link-local');
  const nextHop = path.nexthops.find((each) => each !== linkLocal) ?? linkLocal!;
  return {
    prefix,
    nextHop: nextHop.ip,
    ...(linkLocal === undefined ? {} : { nextHopLinkLocal: linkLocal.ip }),
    asPath: path.aspath.segments.flatMap(({ list }) => list),
    origin: path.origin.toLowerCase() as ReceivedRoute['origin'],
    ...(path.metric === undefined ? {} : { med: path.metric }),
    ...(path.locPrf === undefined ? {} : { localPref: path.locPrf }),
    communities: words(path.community?.string).map(community),
    largeCommunities: words(path.largeCommunity?.string),
    extendedCommunities: words(path.extendedCommunity?.string).map(extendedCommunity),
    valid: path.valid === true,
  };
};

const daemon: Daemon = {
  name: 'frr',
  files: (place) => ({ 'bgpd.conf': bgpd(place), 'zebra.conf': '' }),
  // The daemons drop to user frr, and refuse to stay root: root is not in group frrvty. Without zebra bgpd knows no
  // interfaces, so link-local neighbours never start and every next hop counts as reachable. `-n`: no kernel routes.
  script: ({ folder }) => `
    mkdir /run/frr
    chown -R frr:frr ${folder} /run/frr
    common="--vty_socket ${folder} -z ${folder}/zserv.api -P 0 --log stdout"
    /usr/lib/frr/zebra $common -f ${folder}/zebra.conf -i ${folder}/zebra.pid &
    while [ ! -S ${folder}/zserv.api ]; do sleep 0.02; done
    exec /usr/lib/frr/bgpd $common -n -f ${folder}/bgpd.conf -i ${folder}/bgpd.pid`,
  cli: ({ folder }, commands) =>
    ask(null, ['vtysh', '--vty_socket', folder, ...commands.flatMap((command) => ['-c', command])]),
  ready: async (place) => {
    if (!(await place.cli('show bgp summary json')).includes('{')) return false;
    // bgpd skips a line it does not understand, and starts.
    const refused = /No such command.*/.exec(place.logs());
    if (refused !== null) throw new Error(refused[0]);
    return true;
  },
  routes: async (place, family, { address }) => {
    const text = await place.cli(`show bgp ${AFI_WORDS[family]} json detail`);
    const { routes } = JSON.parse(text) as {
      routes?: Record<string, readonly (Path | { prefix: string })[]>;
    };
    return Object.entries(routes ?? {}).flatMap(([prefix, entries]) =>
      entries
        .filter((entry): entry is Path => 'peer' in entry && entry.peer.peerId === withoutZone(address))
        .map((path) => received(prefix, path)),
    );
  },
  session: async (place, { address }): Promise<RouterSession> => {
    const name = withoutZone(address);
    const text = await place.cli(`show bgp neighbors ${name} json`);
    const view = (JSON.parse(text) as Record<string, Record<string, string | number>>)[name]!;
    // Before the first session FRR names a reason for a reset that never was.
    const dropped = Number(view.connectionsDropped) > 0 ? view.lastResetDueTo : undefined;
    const lastError = view.lastNotificationReason ?? dropped;
    return {
      state: view.bgpState as SessionState,
      establishedCount: Number(view.connectionsEstablished),
      ...(view.bgpTimerUpMsec === undefined ? {} : { uptimeSeconds: Number(view.bgpTimerUpMsec) / 1000 }),
      ...(lastError === undefined ? {} : { lastError: String(lastError) }),
    };
  },
  requestRefresh: async (place, { address, families }) => {
    for (const family of families) {
      await place.cli(`clear bgp ${AFI_WORDS[family]} ${withoutZone(address)} soft in`);
    }
  },
  endsOfRib: async (place, { address }) => {
    const name = withoutZone(address);
    const log = place.logs().replace(/(?<=rcvd End-of-RIB )for \w+ Unicast /g, '');
    return timesSince(log, `%ADJCHANGE: neighbor ${name}(`, `rcvd End-of-RIB from ${name} `);
  },
  reset: async (place, { address }) => {
    await place.cli(`clear bgp ${withoutZone(address)}`);
  },
};

/** FRRouting: zebra and bgpd. Prints global and link-local next hops; an IPv4-mapped one as `::ffff:a00:1`. */
export const startFrr: StartRouter = (host, config) => startDaemon(daemon, host, config);
