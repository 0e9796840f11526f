import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
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
} from './speaker.ts';

type Family = 'ipv4' | 'ipv6';
type Control = (command: string) => Promise<void>;

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
const LISTENING_PORT = 17901;
// When sessions come up together, 2.0.12 leaves the rest of their tables lying until something wakes its loop, or for
// 3 s: it is asked something harmless every few milliseconds, which flatters it.
const NUDGE_INTERVAL = 5;

const familyOf = (address: string): Family => (address.includes(':') ? 'ipv6' : 'ipv4');

// Its shortest delays: one second before the first connection, whatever is asked for.
const protocol = ({ name, address, port, asn }: Peer): string => `
protocol bgp ${name} {
  local ${LOCAL_ADDRESS} port ${LISTENING_PORT} as ${LOCAL_ASN};
  neighbor ${address} port ${port} as ${asn};
  multihop 2;
  connect delay time 1; connect retry time 1; error wait time 1, 1;
  ipv4 { import none; export where source = RTS_STATIC; next hop address ${NEXT_HOP.ipv4}; };
  ipv6 { import none; export where source = RTS_STATIC; next hop address ${NEXT_HOP.ipv6}; };
}`;

const configuration = (peers: readonly Peer[]): string => `
router id ${ROUTER_ID};
log stderr { warning, error, fatal, bug };
protocol device {}
protocol static {
  ipv4;
  include "ipv4.conf";
}
protocol static {
  ipv6;
  include "ipv6.conf";
}
${peers.map(protocol).join('')}
`;

const routes = (addresses: Iterable<string>, length: number): string =>
  [...addresses].map((address) => `route ${address}/${length} blackhole;\n`).join('');

/** One connection to the control socket, as `birdc` has it; answers end in a line `NNNN text`. */
const openControl = async (path: string): Promise<Control> => {
  const socket: Socket = connect(path);
  let text = '';
  let answered = Promise.withResolvers<void>();
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (!/^\d{4} .*\n$/m.test(text)) return;
    if (/^[89]\d{3} /m.test(text)) answered.reject(new Error(`bird: ${text}`));
    else answered.resolve();
  });
  await once(socket, 'connect');
  // It goes away with BIRD.
  socket.on('error', () => socket.destroy());
  await answered.promise;
  return (command) => {
    text = '';
    answered = Promise.withResolvers();
    socket.write(`${command}\n`);
    return answered.promise;
  };
};

/** BIRD; told by `configure` on its control socket after its file of static routes was written anew. */
export const bird: SpeakerKind = {
  name: 'BIRD',
  way: 'birdc configure',
  version: async () => (await exec(null, ['bird', '--version'])).stderr.trim().replace(/^BIRD version /, ''),
  start: async ({ peers, table }): Promise<Speaker> => {
    const folder = await createFolder('bird');
    const addresses = new Set(table.flat());
    const file = (family: Family): string => {
      const wanted = [...addresses].filter((address) => familyOf(address) === family);
      return routes(wanted, family === 'ipv4' ? 32 : 128);
    };
    for (const family of FAMILIES) writeFileSync(join(folder, `${family}.conf`), file(family));
    writeFileSync(join(folder, 'bird.conf'), configuration(peers));
    const daemon = startDaemon(folder, ['bird', '-f', '-c', 'bird.conf', '-s', 'bird.ctl']);
    let control: Control | undefined;
    let nudging: NodeJS.Timeout | undefined;
    const connected = (): Promise<Control> =>
      until(() => openControl(join(folder, 'bird.ctl')), { what: 'BIRD to answer', explain: daemon.logs });
    const configure = async (changed: readonly string[]): Promise<bigint> => {
      control ??= await connected();
      const families = FAMILIES.filter((family) => changed.some((address) => familyOf(address) === family));
      const files = families.map((family) => [join(folder, `${family}.conf`), file(family)] as const);
      const told = process.hrtime.bigint();
      for (const [name, text] of files) writeFileSync(name, text);
      await control('configure');
      return told;
    };
    return {
      pid: daemon.running.pid,
      logs: daemon.logs,
      loaded: async () => {
        const ask = await connected();
        nudging = setInterval(ask, NUDGE_INTERVAL, 'show status');
      },
      announce: (vips) => {
        for (const address of vips.flat()) addresses.add(address);
        return configure(vips.flat());
      },
      withdraw: (vips) => {
        for (const address of vips.flat()) addresses.delete(address);
        return configure(vips.flat());
      },
      [Symbol.asyncDispose]: async () => {
        clearInterval(nudging);
        await daemon[Symbol.asyncDispose]();
      },
    };
  },
};
