import type { Family } from '@vipcast/net';
import { ask, type Daemon, type Place, startDaemon } from './daemon.ts';
import type { Neighbor, ReceivedRoute, RouterSession, SessionState, StartRouter } from './router.ts';
import { extendedCommunity, familyOfText, lines } from './spelling.ts';

const AFI = { 'ipv4-unicast': 'ipv4', 'ipv6-unicast': 'ipv6' } as const;
const ORIGINS = ['igp', 'egp', 'incomplete'] as const;
const STATES: readonly SessionState[] = [
  'Idle',
  'Idle',
  'Connect',
  'Active',
  'OpenSent',
  'OpenConfirm',
  'Established',
];
const EXTENDED: Readonly<Record<number, string>> = { 2: 'rt', 3: 'ro' };

/** One path attribute by its type code; only the field of its type is there. */
interface Attribute {
  readonly type: number;
  readonly value?: unknown;
  readonly as_paths?: readonly { readonly asns?: readonly number[] }[];
  readonly nexthop?: string;
  readonly metric?: number;
  readonly communities?: readonly number[];
}

interface Path {
  readonly attrs: readonly Attribute[];
}

interface NeighborState {
  readonly state: { readonly session_state?: number };
  readonly timers: { readonly state?: { readonly uptime?: { readonly seconds: number } } };
}

const neighborTables = (neighbor: Neighbor): string =>
  lines(
    '[[neighbors]]',
    '[neighbors.config]',
    `neighbor-address = "${neighbor.address}"`,
    `peer-as = ${neighbor.peerASN}`,
    neighbor.password !== undefined && `auth-password = "${neighbor.password}"`,
    '[neighbors.transport.config]',
    !neighbor.address.includes('%') && `local-address = "${neighbor.localAddress}"`,
    neighbor.passive && 'passive-mode = true',
    neighbor.port !== undefined && `remote-port = ${neighbor.port}`,
    '[neighbors.timers.config]',
    'connect-retry = 1',
    'idle-hold-time-after-reset = 1',
    neighbor.holdTime !== undefined && `hold-time = ${neighbor.holdTime}`,
    neighbor.holdTime !== undefined && `keepalive-interval = ${Math.floor(neighbor.holdTime / 3)}`,
    neighbor.multihop !== undefined &&
      `[neighbors.ebgp-multihop.config]\nenabled = true\nmultihop-ttl = ${neighbor.multihop}`,
    neighbor.ttlSecurity && '[neighbors.ttl-security.config]\nenabled = true\nttl-min = 255',
    ...neighbor.families.map(
      (family) => `[[neighbors.afi-safis]]\n[neighbors.afi-safis.config]\nafi-safi-name = "${family}"`,
    ),
  );

const configuration = ({ config }: Place): string =>
  lines(
    '[global.config]',
    `as = ${config.localASN}`,
    `router-id = "${config.routerId}"`,
    'local-address-list = ["0.0.0.0", "::"]',
    ...config.neighbors.map(neighborTables),
    '',
  );

const communityText = (value: number): string => `${value >>> 16}:${value & 0xffff}`;

const received = (prefix: string, { attrs }: Path): ReceivedRoute => {
  const of = (type: number): Attribute | undefined => attrs.find((each) => each.type === type);
  const med = of(4)?.metric;
  const localPref = of(5)?.value as number | undefined;
  const large = (of(32)?.value ?? []) as readonly Readonly<Record<string, number>>[];
  const extended = (of(16)?.value ?? []) as readonly { subtype: number; value: string }[];
  return {
    prefix,
    nextHop: (of(14) ?? of(3))?.nexthop ?? '',
    asPath: of(2)?.as_paths?.flatMap(({ asns }) => asns ?? []) ?? [],
    origin: ORIGINS[(of(1)?.value ?? 0) as number]!,
    ...(med === undefined ? {} : { med }),
    ...(localPref === undefined ? {} : { localPref }),
    communities: of(8)?.communities?.map(communityText) ?? [],
    largeCommunities: large.map((each) => Object.values(each).join(':')),
    extendedCommunities: extended.map(({ subtype, value }) =>
      extendedCommunity(`${EXTENDED[subtype] ?? subtype}:${value}`),
    ),
  };
};

/** What gobgpd's log (one JSON object a line) says of a neighbour going up or down. */
const peerEvents = (log: string, address: string, what: 'Peer Up' | 'Peer Down') =>
  log
    .split('\n')
    .filter((line) => line.includes(`"${what}"`))
    .map((line) => JSON.parse(line) as { readonly Key: string; readonly Reason?: string })
    .filter(({ Key }) => Key === address);

const originate = async (place: Place, prefix: string): Promise<void> => {
  const family: Family = familyOfText(prefix);
  await place.cli('global', 'rib', 'add', prefix, '-a', AFI[family], 'origin', 'igp');
};

const daemon: Daemon = {
  name: 'gobgp',
  files: (place) => ({ 'gobgpd.toml': configuration(place) }),
  script: () => 'exec gobgpd -f gobgpd.toml --api-hosts 127.0.0.1:50051 --pprof-disable',
  cli: ({ host }, commands) => ask(host, ['gobgp', ...commands]),
  ready: async (place) => (await place.cli('global')).includes(`${place.config.localASN}`),
  afterStart: async (place) => {
    for (const prefix of place.config.originate ?? []) await originate(place, prefix);
  },
  routes: async (place, family, { address }) => {
    const text = await place.cli('-j', 'neighbor', address, 'adj-in', '-a', AFI[family]);
    return Object.entries(JSON.parse(text) as Record<string, readonly Path[]>).flatMap(([prefix, paths]) =>
      paths.map((path) => received(prefix, path)),
    );
  },
  session: async (place, { address }): Promise<RouterSession> => {
    const view = JSON.parse(await place.cli('-j', 'neighbor', address)) as NeighborState;
    const state = STATES[view.state.session_state ?? 0]!;
    const up = view.timers.state?.uptime?.seconds;
    const lastError = peerEvents(place.logs(), address, 'Peer Down').at(-1)?.Reason;
    const established = state === 'Established';
    return {
      state,
      establishedCount: peerEvents(place.logs(), address, 'Peer Up').length,
      ...(established && up !== undefined ? { uptimeSeconds: Math.max(0, Date.now() / 1000 - up) } : {}),
      ...(lastError === undefined ? {} : { lastError }),
    };
  },
  requestRefresh: async (place, { address }) => {
    await place.cli('neighbor', address, 'softresetin');
  },
  endsOfRib: async (place, { address }) => {
    const text = await place.cli('-j', 'neighbor', address);
    return text.split('"end_of_rib_received":true').length - 1;
  },
  reset: async (place, { address }) => {
    await place.cli('neighbor', address, 'reset');
  },
};

/** GoBGP. Announces RFC 8950 for IPv4 on every session, and prints next hops as they came. */
export const startGobgp: StartRouter = (host, config) => startDaemon(daemon, host, config);
