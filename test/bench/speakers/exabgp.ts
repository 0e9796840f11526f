import { once } from 'node:events';
import { createWriteStream, readFileSync, type WriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../interop/poll.ts';
import { exec } from '../../interop/process.ts';
import { createFolder, startDaemon } from './daemon.ts';
import {
  LOCAL_ADDRESS,
  LOCAL_ASN,
  NEXT_HOP,
  type Peer,
  ROUTER_ID,
  type Speaker,
  type SpeakerKind,
  type Vip,
} from './speaker.ts';

const route = (address: string): string =>
  address.includes(':')
    ? `route ${address}/128 next-hop ${NEXT_HOP.ipv6}`
    : `route ${address}/32 next-hop ${NEXT_HOP.ipv4}`;

const neighbor = ({ address, port, asn }: Peer, table: readonly Vip[]): string => `
neighbor ${address} {
  router-id ${ROUTER_ID};
  local-address ${LOCAL_ADDRESS};
  local-as ${LOCAL_ASN};
  peer-as ${asn};
  connect ${port};
  family { ipv4 unicast; ipv6 unicast; }
  static { ${table
    .flat()
    .map((address) => `${route(address)};`)
    .join('\n')} }
  api { processes [ pipe ]; }
}`;

// The program ExaBGP takes commands from. It only keeps the pipe open, as descriptor 3, and reads the acknowledgements:
// commands are written into that very pipe, with nobody in between.
const holder = (folder: string): string => `#!/bin/sh
echo $$ > ${folder}/holder.pid.new; mv ${folder}/holder.pid.new ${folder}/holder.pid
exec 3>&1; exec cat > /dev/null
`;

const ENV = {
  'exabgp.daemon.user': 'root',
  'exabgp.daemon.drop': 'false',
  'exabgp.api.cli': 'false',
  'exabgp.log.destination': 'stdout',
  'exabgp.log.level': 'ERR',
};

/** ExaBGP; told over the pipe of its API. */
export const exabgp: SpeakerKind = {
  name: 'ExaBGP',
  way: 'API pipe',
  version: async () => /ExaBGP : (\S+)/.exec((await exec(null, ['exabgp', '--version'])).stdout)?.[1] ?? '?',
  start: async ({ peers, table }): Promise<Speaker> => {
    const folder = await createFolder('exabgp');
    const blocks = peers.map((peer) => neighbor(peer, table)).join('');
    writeFileSync(
      join(folder, 'exabgp.conf'),
      `process pipe { run ${folder}/holder.sh; encoder text; }\n${blocks}\n`,
    );
    writeFileSync(join(folder, 'holder.sh'), holder(folder), { mode: 0o755 });
    const daemon = startDaemon(folder, ['exabgp', join(folder, 'exabgp.conf')], ENV);
    let pipe: WriteStream | undefined;
    const openPipe = async (): Promise<WriteStream> => {
      const pid = await until(() => readFileSync(join(folder, 'holder.pid'), 'utf8').trim(), {
        what: 'ExaBGP to run its program',
        explain: daemon.logs,
      });
      return createWriteStream(`/proc/${pid}/fd/3`);
    };
    const say = async (word: 'announce' | 'withdraw', vips: readonly Vip[]): Promise<bigint> => {
      pipe ??= await openPipe();
      const commands = vips.flat().map((address) => `${word} ${route(address)}\n`);
      const told = process.hrtime.bigint();
      if (!pipe.write(commands.join(''))) await once(pipe, 'drain');
      return told;
    };
    return {
      pid: daemon.running.pid,
      logs: daemon.logs,
      // It reads its configuration before it dials.
      loaded: async () => {},
      announce: (vips) => say('announce', vips),
      withdraw: (vips) => say('withdraw', vips),
      [Symbol.asyncDispose]: async () => {
        pipe?.destroy();
        await daemon[Symbol.asyncDispose]();
      },
    };
  },
};
