import { ask, type Daemon, type Place, startDaemon } from './daemon.ts';
import type { Neighbor, ReceivedRoute, RouterSession, SessionState, StartRouter } from './router.ts';
import { asNumbers, community, extendedCommunity, familyOfText, lines } from './spelling.ts';

const FAMILY_WORDS = { 'ipv4-unicast': 'IPv4 unicast', 'ipv6-unicast': 'IPv6 unicast' } as const;

interface Path {
  readonly prefix: string;
  readonly aspath: string;
  readonly exit_nexthop: string;
  readonly origin: string;
  readonly metric: number;
  readonly localpref: number;
  readonly communities?: readonly string[];
  readonly large_communities?: readonly string[];
  readonly extended_communities?: readonly string[];
}

interface NeighborState {
  readonly state: string;
  readonly stats: { readonly update: { readonly received: { readonly eor: number } } };
  readonly last_updown_sec?: number;
  readonly last_error_sent?: string;
  readonly last_error_received?: string;
}

const neighborBlock = (neighbor: Neighbor): string =>
  lines(
    `neighbor ${neighbor.address} {`,
    `remote-as ${neighbor.peerASN}`,
    !neighbor.address.includes('%') && `local-address ${neighbor.localAddress}`,
    'announce IPv4 none',
    ...neighbor.families.map((family) => `announce ${FAMILY_WORDS[family]}`),
    neighbor.passive && 'passive',
    neighbor.holdTime !== undefined && `holdtime ${neighbor.holdTime}`,
    neighbor.password !== undefined && `tcp md5sig password "${neighbor.password}"`,
    neighbor.multihop !== undefined && `multihop ${neighbor.multihop}`,
    neighbor.ttlSecurity && 'ttl-security yes',
    neighbor.port !== undefined && `port ${neighbor.port}`,
    '}',
  );

const configuration = ({ config, folder }: Place): string =>
  lines(
    `AS ${config.localASN}`,
    `router-id ${config.routerId}`,
    `socket "${folder}/bgpd.sock"`,
    'fib-update no',
    'listen on 0.0.0.0',
    'listen on ::',

    ...(config.originate ?? []).map((prefix) => `network ${prefix}`),
    ...config.neighbors.map(neighborBlock),
    'allow from any',
    'allow to any',
    '',
  );

// `metric` is 0 both for MED 0 and for none.
const received = (path: Path): ReceivedRoute => ({
  prefix: path.prefix,
  nextHop: path.exit_nexthop,
  asPath: asNumbers(path.aspath),
  origin: path.origin.toLowerCase() as ReceivedRoute['origin'],
  ...(path.metric === 0 ? {} : { med: path.metric }),
  localPref: path.localpref,
  communities: path.communities?.map(community) ?? [],
  largeCommunities: path.large_communities ?? [],
  extendedCommunities: path.extended_communities?.map(extendedCommunity) ?? [],
});

const neighborState = async (place: Place, { address }: Neighbor): Promise<NeighborState> => {
  const text = await place.cli('-j', 'show', 'neighbor', address);
  return (JSON.parse(text) as { neighbors: readonly NeighborState[] }).neighbors[0]!;
};

const daemon: Daemon = {
  name: 'openbgpd',
  files: (place) => ({ 'bgpd.conf': configuration(place) }),
  // Its workers chroot to /run/openbgpd, which must belong to root.
  script: ({ folder }) =>
    `mkdir -m 755 /run/openbgpd; chmod 711 ${folder}; exec /usr/sbin/bgpd -d -v -f ${folder}/bgpd.conf`,
  cli: ({ host, folder }, commands) => ask(host, ['bgpctl', '-s', `${folder}/bgpd.sock`, ...commands]),
  ready: async (place) => (await place.cli('show')).includes('Neighbor'),
  routes: async (place, family, { address }) => {
    const text = await place.cli('-j', 'show', 'rib', 'in', 'neighbor', address, 'detail');
    const { rib = [] } = JSON.parse(text) as { rib?: readonly Path[] };
    return rib.filter(({ prefix }) => familyOfText(prefix) === family).map(received);
  },
  session: async (place, neighbor): Promise<RouterSession> => {
    const { address } = neighbor;
    const view = await neighborState(place, neighbor);
    const lastError = view.last_error_sent ?? view.last_error_received;
    const established = view.state === 'Established';
    return {
      state: view.state as SessionState,
      establishedCount:
        place.logs().split(`neighbor ${address}: state change OpenConfirm -> Established`).length - 1,
      ...(established ? { uptimeSeconds: view.last_updown_sec ?? 0 } : {}),
      ...(lastError === undefined ? {} : { lastError }),
    };
  },
  requestRefresh: async (place, { address }) => {
    await place.cli('neighbor', address, 'refresh');
  },
  endsOfRib: async (place, neighbor) => (await neighborState(place, neighbor)).stats.update.received.eor,
  // After `clear` a neighbour waits 30 s, and twice as long each time after; `up` ends the wait.
  reset: async (place, { address }) => {
    await place.cli('neighbor', address, 'clear');
    await place.cli('neighbor', address, 'up');
  },
};

/** OpenBGPD. No RFC 8950 in 7.7; prints an IPv4-mapped next hop as `::ffff:10.0.0.1`. */
export const startOpenbgpd: StartRouter = (host, config) => {
  const deaf = config.neighbors.find(({ passive, password }) => passive && password !== undefined);
  // Its listeners never get the key, so the kernel drops every signed SYN.
  if (deaf !== undefined)
    throw new Error(`OpenBGPD cannot wait for ${deaf.address} with a password: let it dial`);
  return startDaemon(daemon, host, config);
};
