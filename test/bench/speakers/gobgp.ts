import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../interop/poll.ts';
import { exec } from '../../interop/process.ts';
import { createFolder, startDaemon } from './daemon.ts';
import { addPathRequest, addPathStreamRequest, deletePathRequest } from './gobgp-messages.ts';
import { connectGrpc, type GrpcClient } from './grpc.ts';
import {
  LOCAL_ADDRESS,
  LOCAL_ASN,
  type Peer,
  ROUTER_ID,
  type Speaker,
  type SpeakerKind,
  type Vip,
} from './speaker.ts';

const BATCH = 1000;

// It waits 5 to 9 seconds before it dials, and 5 is the least it can be told.
const neighbor = ({ address, port, asn }: Peer): string => `
[[neighbors]]
  [neighbors.config]
    neighbor-address = "${address}"
    peer-as = ${asn}
  [neighbors.transport.config]
    local-address = "${LOCAL_ADDRESS}"
    remote-port = ${port}
  [neighbors.timers.config]
    connect-retry = 1
    idle-hold-time-after-reset = 1
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "ipv4-unicast"
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "ipv6-unicast"
`;

const configuration = (peers: readonly Peer[]): string => `
[global.config]
  as = ${LOCAL_ASN}
  router-id = "${ROUTER_ID}"
  port = -1
${peers.map(neighbor).join('')}`;

/** GoBGP; told over a gRPC connection that stays open. */
export const gobgp: SpeakerKind = {
  name: 'GoBGP',
  way: 'gRPC AddPath',
  version: async () =>
    (await exec(null, ['gobgpd', '--version'])).stdout.trim().replace(/^gobgpd version /, ''),
  start: async ({ peers, table }): Promise<Speaker> => {
    const folder = await createFolder('gobgp');
    const socket = join(folder, 'api.sock');
    writeFileSync(join(folder, 'gobgpd.toml'), configuration(peers));
    const daemon = startDaemon(folder, [
      ...['gobgpd', '-f', 'gobgpd.toml', '--log-level', 'warn', '--pprof-disable'],
      ...['--api-hosts', `unix://${socket}`],
    ]);
    let client: GrpcClient | undefined;
    const connected = async (): Promise<GrpcClient> => {
      if (client !== undefined) return client;
      await until(() => existsSync(socket), { what: 'GoBGP to listen', explain: daemon.logs });
      client = connectGrpc(socket);
      return client;
    };
    const call = async (method: string, messages: readonly Uint8Array[]): Promise<bigint> => {
      const ready = await connected();
      const told = process.hrtime.bigint();
      await ready.call(`/apipb.GobgpApi/${method}`, messages);
      return told;
    };
    const stream = (vips: readonly Vip[], withdrawn: boolean): Promise<bigint> => {
      const addresses = vips.flat();
      const batches = Array.from({ length: Math.ceil(addresses.length / BATCH) }, (_, i) =>
        addPathStreamRequest(addresses.slice(i * BATCH, (i + 1) * BATCH), withdrawn),
      );
      return call('AddPathStream', batches);
    };
    return {
      pid: daemon.running.pid,
      logs: daemon.logs,
      // It takes no paths before it has read its configuration.
      loaded: async () => {
        await until(() => stream(table, false), { what: 'GoBGP to take paths', explain: daemon.logs });
      },
      announce: (vips) => {
        const [only, ...others] = vips.flat();
        return others.length > 0 ? stream(vips, false) : call('AddPath', [addPathRequest(only!)]);
      },
      withdraw: (vips) => {
        const [only, ...others] = vips.flat();
        return others.length > 0 ? stream(vips, true) : call('DeletePath', [deletePathRequest(only!)]);
      },
      [Symbol.asyncDispose]: async () => {
        client?.[Symbol.dispose]();
        await daemon[Symbol.asyncDispose]();
      },
    };
  },
};
