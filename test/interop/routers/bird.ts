import type { Family } from '@vipcast/net';
import { ask, type Daemon, type Place, startDaemon } from './daemon.ts';
import type { Neighbor, ReceivedRoute, RouterSession, SessionState, StartRouter } from './router.ts';
import { asNumbers, community, familyOfText, lines, timesSince, transportOf, words } from './spelling.ts';

const CHANNEL = { 'ipv4-unicast': 'ipv4', 'ipv6-unicast': 'ipv6' } as const;
const TABLE = { 'ipv4-unicast': 'master4', 'ipv6-unicast': 'master6' } as const;
const DAY = 86_400;
const EXPORT = 'export where source = RTS_STATIC';

const nameOf = ({ config }: Place, neighbor: Neighbor): string => `peer${config.neighbors.indexOf(neighbor)}`;

// BIRD refuses the other family's next hop, IPv4-mapped ones too, unless the channel says otherwise.
const channel = (neighbor: Neighbor, family: Family): string => {
  const foreign = neighbor.extendedNextHop === true && family !== transportOf(neighbor.address);
  return `${CHANNEL[family]} { import all; ${EXPORT}; ${foreign ? 'extended next hop on; ' : ''}};`;
};

const protocol = (place: Place, neighbor: Neighbor): string =>
  lines(
    `protocol bgp ${nameOf(place, neighbor)} {`,
    `local ${neighbor.localAddress} as ${place.config.localASN};`,
    `neighbor ${neighbor.address} ${neighbor.port === undefined ? '' : `port ${neighbor.port} `}as ${neighbor.peerASN};`,
    'connect delay time 1; connect retry time 1; error wait time 1, 2;',
    neighbor.passive && 'passive on;',
    neighbor.holdTime !== undefined && `hold time ${neighbor.holdTime};`,
    neighbor.fourOctetAs === false && 'enable as4 off;',
    neighbor.password !== undefined && `password "${neighbor.password}";`,
    neighbor.multihop !== undefined && `multihop ${neighbor.multihop};`,
    neighbor.ttlSecurity && 'ttl security on;',
    ...neighbor.families.map((family) => channel(neighbor, family)),
    '}',
  );

const originated = ({ config }: Place, family: Family): string => {
  const prefixes = (config.originate ?? []).filter((prefix) => familyOfText(prefix) === family);
  const routes = prefixes.map((prefix) => `route ${prefix} blackhole;`);
  return `protocol static { ${CHANNEL[family]}; ${routes.join(' ')} }`;
};

const configuration = (place: Place): string =>
  lines(
    `router id ${place.config.routerId};`,
    'log stderr all;',
    'debug protocols { states, events, packets };',
    'protocol device {}',
    'protocol direct { ipv4; ipv6; }',
    originated(place, 'ipv4-unicast'),
    originated(place, 'ipv6-unicast'),
    ...place.config.neighbors.map((neighbor) => protocol(place, neighbor)),
    '',
  );

const attribute = (block: string, name: string): string | undefined =>
  new RegExp(`^\\tBGP\\.${name}: (.*)$`, 'm').exec(block)?.[1];

/** `(65000,100) (65000, 1, 2)` as its tuples, joined by colons. */
const tuples = (text: string | undefined): string[] =>
  [...(text ?? '').matchAll(/\(([^)]*)\)/g)].map(([, inner]) => inner!.split(/,\s*/).join(':'));

const number = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

/** Splits `show route all`: a prefix opens a block, and a path without one belongs to the prefix above. */
const received = (text: string): ReceivedRoute[] => {
  const routes: ReceivedRoute[] = [];
  let prefix = '';
  for (const block of text.split(/\n(?=[^\t\n])/)) {
    const head = /^(\S+\/\d+)?\s+(\w+) \[/.exec(block);
    if (head === null) continue;
    prefix = head[1] ?? prefix;
    const [nextHop, nextHopLinkLocal] = words(attribute(block, 'next_hop'));
    const med = number(attribute(block, 'med'));
    const localPref = number(attribute(block, 'local_pref'));
    routes.push({
      prefix,
      nextHop: nextHop!,
      ...(nextHopLinkLocal === undefined ? {} : { nextHopLinkLocal }),
      asPath: asNumbers(attribute(block, 'as_path') ?? ''),
      origin: attribute(block, 'origin')!.toLowerCase() as ReceivedRoute['origin'],
      ...(med === undefined ? {} : { med }),
      ...(localPref === undefined ? {} : { localPref }),
      communities: tuples(attribute(block, 'community')).map(community),
      largeCommunities: tuples(attribute(block, 'large_community')),
      extendedCommunities: tuples(attribute(block, 'ext_community')),
      valid: head[2] !== 'unreachable',
    });
  }
  return routes;
};

const daemon: Daemon = {
  name: 'bird',
  files: (place) => ({ 'bird.conf': configuration(place) }),
  script: () => 'exec bird -f -c bird.conf -s bird.ctl',
  cli: ({ folder }, commands) => ask(null, ['birdc', '-s', `${folder}/bird.ctl`, ...commands]),
  ready: async (place) => (await place.cli('show status')).includes('Daemon is up'),
  routes: async (place, family, neighbor) =>
    received(await place.cli(`show route table ${TABLE[family]} protocol ${nameOf(place, neighbor)} all`)),
  session: async (place, neighbor): Promise<RouterSession> => {
    const name = nameOf(place, neighbor);
    const text = await place.cli(`show protocols all ${name}`);
    const state = /BGP state:\s+(\w+)/.exec(text)?.[1] ?? 'Idle';
    const lastError = /Last error:\s+(.*)/.exec(text)?.[1];
    const since = /up\s+(\d+):(\d+):(\d+\.\d+)/.exec(text);
    const now = new Date();
    const ofDay = (h: number, m: number, s: number): number => (h * 60 + m) * 60 + s;
    const elapsed =
      since === null
        ? 0
        : ofDay(now.getHours(), now.getMinutes(), now.getSeconds() + now.getMilliseconds() / 1000) -
          ofDay(Number(since[1]), Number(since[2]), Number(since[3]));
    return {
      state: (state === 'Close' || state === 'Down' ? 'Idle' : state) as SessionState,
      establishedCount: place.logs().split(`${name}: BGP session established`).length - 1,
      ...(state === 'Established'
        ? { uptimeSeconds: elapsed < -DAY / 2 ? elapsed + DAY : Math.max(0, elapsed) }
        : {}),
      ...(lastError === undefined ? {} : { lastError }),
    };
  },
  requestRefresh: async (place, neighbor) => {
    await place.cli(`reload in ${nameOf(place, neighbor)}`);
  },
  endsOfRib: async (place, neighbor) => {
    const name = nameOf(place, neighbor);
    return timesSince(place.logs(), `${name}: BGP session established`, `${name}: Got END-OF-RIB`);
  },
  reset: async (place, neighbor) => {
    await place.cli(`restart ${nameOf(place, neighbor)}`);
  },
};

/** BIRD 2. Prints an IPv4-mapped next hop as IPv4, and global and link-local as two addresses. */
export const startBird: StartRouter = (host, config) => startDaemon(daemon, host, config);
