import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { replaceFile } from '../daemon/configuration.ts';
import { have } from '../setup/packages.ts';
import { createNetwork } from './namespace.ts';
import { until } from './poll.ts';
import { exec } from './process.ts';
import { startReceiverProcess } from './receiver-process.ts';
import { startFrr } from './routers/frr.ts';
import { discard, scratch } from './scratch.ts';
import { startVipcast } from './vipcast.ts';

it.skipIf(!have('namespaces', 'frr'))(
  'a router that dials with a password which came later is let in, and nobody else hears of it',
  async () => {
    await using cleanup = new AsyncDisposableStack();
    const { hosts } = cleanup.use(await createNetwork('vipcast', 'router', 'other'));
    const folder = await scratch('password');
    cleanup.defer(() => discard(folder));
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, 'yesterday\n');
    const peer = (name: string, address: string, more: object = {}) =>
      JSON.stringify({ name, address, peerASN: 65001, passive: true, ...more });
    const vipcast = cleanup.use(
      await startVipcast(
        hosts.vipcast.namespace,
        `node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7, holdTime: 9s, listen: { address: '::', port: 179 } }
peers:
  - ${peer('tor1', hosts.router.ipv4, { passwordFile })}
  - ${peer('tor2', hosts.other.ipv4)}
vips: [{ name: web, addresses: [192.0.2.10] }]
`,
      ),
    );
    const sees = (what: string, condition: () => unknown) =>
      until(condition, { what, timeout: 40_000, explain: () => vipcast.stdout() + vipcast.stderr() });
    await sees('somebody who listens', async () =>
      (await exec(hosts.vipcast.namespace, ['ss', '-Htln', 'sport = :179'])).stdout.includes(':179'),
    );
    const other = cleanup.use(
      await startReceiverProcess(hosts.other.namespace, {
        ...{ localASN: 65001, routerId: '10.0.0.2', address: hosts.vipcast.ipv4, port: 179 },
        ...{ dial: true, holdTime: 9 },
      }),
    );
    await sees('the session without a password', async () => (await other.state()).established);
    const neighbor = {
      ...{ address: hosts.vipcast.ipv4, localAddress: hosts.router.ipv4, peerASN: 65000 },
      ...{ passive: false, families: ['ipv4-unicast'] as const, password: 'today' },
    };
    const router = cleanup.use(
      await startFrr(hosts.router, { localASN: 65001, routerId: '10.0.0.1', neighbors: [neighbor] }),
    );
    // It dials every second, and is dropped by the kernel for another signature than was agreed on.
    const drops = async (): Promise<number> =>
      Number(
        /TCPMD5Failure\s+(\d+)/.exec(
          (await exec(hosts.vipcast.namespace, ['nstat', '-asz', 'TcpExtTCPMD5Failure'])).stdout,
        )?.[1],
      );
    await sees('a segment with another signature', async () => (await drops()) > 0);
    expect(await router.routes('ipv4-unicast')).toEqual([]);

    await replaceFile(passwordFile, 'today\n');
    await sees('the route, over a signed session', async () => (await router.routes('ipv4-unicast')).length);
    const { established, establishedCount, others } = await other.record();
    expect({ established, establishedCount, others }).toMatchObject({
      ...{ established: true, establishedCount: 1, others: [] },
    });
    expect(vipcast.stderr()).toContain('passwords changed');
  },
  120_000,
);
