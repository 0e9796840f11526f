import { appendFile, readFile } from 'node:fs/promises';
import { type Daemon, type Place, startDaemon } from './daemon.ts';
import { type ExabgpEvent, endsOfRib, parseEvents, sessionAt, standing } from './exabgp-events.ts';
import type { Neighbor, StartRouter } from './router.ts';
import { lines, transportOf } from './spelling.ts';

const FAMILY_WORDS = { 'ipv4-unicast': 'ipv4 unicast', 'ipv6-unicast': 'ipv6 unicast' } as const;

// ExaBGP changes to / and feeds its events to this program and takes commands from its stdout, which has to stay open: at end of file
// ExaBGP gives the program up, and after five times itself. Opening the FIFO both ways keeps it open between commands.
const recorder = ({ folder }: Place): string => `#!/bin/sh
exec 3<>${folder}/commands 4<&0
cat <&3 &
trap "kill $!" EXIT
trap exit TERM
cat <&4 >> ${folder}/events.jsonl &
wait $!
`;

const neighborBlock = (place: Place, neighbor: Neighbor): string =>
  lines(
    `neighbor ${neighbor.address} {`,
    `router-id ${place.config.routerId};`,
    `local-address ${neighbor.localAddress};`,
    `local-as ${place.config.localASN};`,
    `peer-as ${neighbor.peerASN};`,
    neighbor.holdTime !== undefined && `hold-time ${neighbor.holdTime};`,
    neighbor.passive && 'passive true;',
    neighbor.port !== undefined && `connect ${neighbor.port};`,
    neighbor.password !== undefined && `md5-password "${neighbor.password}";`,
    neighbor.multihop !== undefined && `outgoing-ttl ${neighbor.multihop};`,
    neighbor.ttlSecurity && 'outgoing-ttl 255;\nincoming-ttl 255;',
    `family { ${neighbor.families.map((family) => `${FAMILY_WORDS[family]};`).join(' ')} }`,
    `capability { asn4 ${neighbor.fourOctetAs === false ? 'disable' : 'enable'}; route-refresh enable; nexthop ${neighbor.extendedNextHop ? 'enable' : 'disable'}; }`,
    neighbor.extendedNextHop && 'nexthop { ipv4 unicast ipv6; }',
    'static {',
    ...(place.config.originate ?? [])
      .filter((prefix) => neighbor.families.includes(transportOf(prefix)))
      .map((prefix) => `route ${prefix} next-hop ${nextHopFor(place, prefix)};`),
    '}',
    'api { processes [ recorder ]; neighbor-changes; receive { parsed; update; notification; } }',
    '}',
  );

const nextHopFor = ({ host }: Place, prefix: string): string =>
  prefix.includes(':') ? host.ipv6 : host.ipv4;

const configuration = (place: Place): string =>
  lines(
    `process recorder { run ${place.folder}/recorder.sh; encoder json; }`,
    ...place.config.neighbors.map((neighbor) => neighborBlock(place, neighbor)),
    '',
  );

const events = async ({ folder }: Place): Promise<readonly ExabgpEvent[]> =>
  parseEvents(await readFile(`${folder}/events.jsonl`, 'utf8'));

const daemon: Daemon = {
  name: 'exabgp',
  files: (place) => ({
    'exabgp.conf': configuration(place),
    'recorder.sh': recorder(place),
    'events.jsonl': '',
  }),
  script: ({ folder, config }) => `
    [ -p commands ] || mkfifo commands
    exec env exabgp.daemon.user=root exabgp.daemon.drop=false exabgp.api.cli=false exabgp.log.destination=stdout \\
      exabgp.tcp.bind='${[...new Set(config.neighbors.map(({ localAddress }) => localAddress))].join(' ')}' \\
      exabgp ${folder}/exabgp.conf`,
  // The answer is `done` or `error` in the events, out of step with the question: nothing is returned.
  cli: async ({ folder }, commands) => {
    await appendFile(`${folder}/commands`, `${commands.join(' ')}\n`);
    return '';
  },
  ready: async ({ logs }) => logs().includes('loaded new configuration successfully'),
  routes: async (place, family, { address }) => standing(await events(place), address, family),
  session: async (place, { address }) => sessionAt(await events(place), address, Date.now()),
  requestRefresh: async (place, { address, families }) => {
    for (const family of families) {
      await place.cli(`neighbor ${address} announce route-refresh ${FAMILY_WORDS[family]}`);
    }
  },
  endsOfRib: async (place, { address }) => endsOfRib(await events(place), address),
  reset: async (place, { address }) => {
    await place.cli(`neighbor ${address} teardown 4`);
  },
};

/** ExaBGP. Its routes and sessions are folded from the JSON events it hands to a recorder process. */
export const startExabgp: StartRouter = (host, config) => startDaemon(daemon, host, config);
