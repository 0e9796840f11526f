import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Log, openJournal, ringDoorbell } from '@vipcast/log';
import { type Append, appender, createClock } from '@vipcast/runtime';
import { NODE, ROOT } from '../../interop/node-binary.ts';
import { until } from '../../interop/poll.ts';
import { exec } from '../../interop/process.ts';
import { clockOffset } from './clock-offset.ts';
import { createFolder, startDaemon } from './daemon.ts';
import {
  type Decision,
  LOCAL_ASN,
  type Peer,
  ROUTER_ID,
  type Speaker,
  type SpeakerKind,
  type Vip,
} from './speaker.ts';

const PROGRAM = join(ROOT, 'services', 'vipcast', 'bin', 'vipcast.mjs');
const IDENTITY = { cluster: 'default', node: 'bench' };

/** Who tells a daemon of a change: an operator in its journal, or its configuration file. */
type Way = 'operator' | 'configuration';

const peerLine = ({ name, address, port, asn }: Peer): string =>
  `  - { name: ${name}, address: ${address}, port: ${port}, peerASN: ${asn}, connectRetryTime: 1s }`;

/** The configuration, without its VIPs. */
const preamble = (
  peers: readonly Peer[],
  journal: string,
  nats: readonly string[],
): string => `node: ${IDENTITY.node}
bgp: { localASN: ${LOCAL_ASN}, routerID: ${ROUTER_ID} }
log: { journal: ${journal}${nats.length === 0 ? '' : `, nats: { servers: ${JSON.stringify(nats)}, replicas: 1 }`} }
peers:
${peers.map(peerLine).join('\n')}
`;

const vipsSection = (lines: readonly string[]): string =>
  lines.length === 0 ? 'vips: []\n' : `vips:\n${lines.map((line) => `  - ${line}\n`).join('')}`;

const vipLine = (vip: Vip): string =>
  `{ name: v${vip[0]?.replaceAll('.', '-')}, addresses: [${vip.map((address) => `'${address}'`).join(', ')}] }`;

/** Reads decisions from a daemon's journal, the ones it made since it was last asked. */
const decisionReader = (log: () => Log, offset: Promise<number>): (() => Promise<readonly Decision[]>) => {
  let after = 0;
  return async () => {
    const milliseconds = await offset;
    const facts = [...log().read({ after, aggregates: ['vip'] })];
    after = facts.at(-1)?.position ?? after;
    return facts.flatMap(({ type, at, data }) =>
      type === 'vip.Advertised' || type === 'vip.Withdrawn'
        ? {
            at: BigInt(Math.round((at - milliseconds) * 1e6)),
            addresses: data.addresses,
            announced: type === 'vip.Advertised',
          }
        : [],
    );
  };
};

/**
 * Starts `vipcast up` as it is built, on a fresh journal. `lines` are the entries of its `vips` when they are not a
 * plain table: with health checks, say. `nats` are the servers that it replicates its log to.
 */
export const startVipcast = async (
  {
    peers,
    table,
    lines = table.map(vipLine),
    nats = [],
  }: Parameters<SpeakerKind['start']>[0] & { lines?: readonly string[]; nats?: readonly string[] },
  way: Way,
): Promise<Speaker> => {
  const folder = await createFolder('vipcast');
  // Not beside the configuration, whose folder the daemon watches.
  const journal = join(folder, 'journal', 'journal.db');
  const configFile = join(folder, 'vipcast.yaml');
  const start = preamble(peers, journal, nats);
  writeFileSync(configFile, start + vipsSection(lines));
  const daemon = startDaemon(folder, [NODE, PROGRAM, 'up', '-c', configFile, '--log-level', 'warn']);
  const offset = clockOffset();
  let opened: Log | undefined;
  let append: Append | undefined;
  const log = (): Log => {
    opened ??= openJournal(journal);
    return opened;
  };
  const decisions = decisionReader(log, offset);
  let standing = table;

  const configure = async (vips: readonly Vip[]): Promise<bigint> => {
    standing = vips;
    const text = start + vipsSection(vips.map(vipLine));
    const told = process.hrtime.bigint();
    writeFileSync(configFile, text);
    return told;
  };
  const wish = async (
    type: 'operator.AnnounceRequested' | 'operator.WithdrawRequested',
    vips: readonly Vip[],
  ) => {
    append ??= appender(log().writer(`${IDENTITY.node}/operator`), IDENTITY, createClock());
    const told = process.hrtime.bigint();
    append([{ type, of: 'bench', data: { by: 'bench', addresses: vips.flat() } }]);
    await ringDoorbell(journal);
    return told;
  };
  return {
    pid: daemon.running.pid,
    logs: daemon.logs,
    loaded: async () => {
      const held = (): number => [...log().read({ aggregates: ['vip'] })].length;
      await until(() => existsSync(journal) && held() >= table.length, {
        what: 'vipcast to hold its table',
        timeout: 30_000,
        explain: daemon.logs,
      });
      await decisions();
    },
    announce: (vips) =>
      way === 'operator' ? wish('operator.AnnounceRequested', vips) : configure([...standing, ...vips]),
    withdraw: (vips) => {
      if (way === 'operator') return wish('operator.WithdrawRequested', vips);
      const gone = new Set(vips.flat());
      return configure(standing.filter(([address]) => !gone.has(address ?? '')));
    },
    decisions,
    [Symbol.asyncDispose]: async () => {
      opened?.close();
      await offset;
      await daemon[Symbol.asyncDispose]();
    },
  };
};

const version = async (): Promise<string> =>
  (await exec(null, [NODE, PROGRAM, '--version'])).stdout.trim().replace(/^vipcast /, '');

/** vipcast; told by a fact of an operator in its journal, and a ring at its door. */
export const vipcastByOperator: SpeakerKind = {
  name: 'vipcast',
  way: 'operator',
  version,
  start: (options) => startVipcast(options, 'operator'),
};

/** vipcast; told by its configuration file. */
export const vipcastByConfiguration: SpeakerKind = {
  name: 'vipcast',
  way: 'configuration file',
  version,
  start: (options) => startVipcast(options, 'configuration'),
};

/** vipcast as `vipcastByOperator`, that replicates its log to these servers. */
export const vipcastOnNats = (nats: readonly string[]): SpeakerKind => ({
  ...vipcastByOperator,
  start: (options) => startVipcast({ ...options, nats }, 'operator'),
});
