import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { have } from '../../setup/packages.ts';
import { createNetwork } from '../namespace.ts';
import { ROOT } from '../node-binary.ts';
import { until } from '../poll.ts';
import { spawn, stop } from '../process.ts';
import { startFrr } from '../routers/frr.ts';
import { discard, scratch } from '../scratch.ts';
import { FAMILIES, yaml } from './lab.ts';

describe.skipIf(!have('namespaces', 'iproute2', 'frr'))('npx vipcast up', () => {
  it('shows FRR an IPv6 VIP over an IPv4 session, with the mapped next hop', async () => {
    await using network = await createNetwork('vipcast', 'frr');
    const { vipcast: here, frr: there } = network.hosts;
    await using frr = await startFrr(there, {
      localASN: 65002,
      routerId: there.ipv4,
      neighbors: [
        {
          address: here.ipv4,
          localAddress: there.ipv4,
          peerASN: 65001,
          passive: true,
          families: FAMILIES,
          extendedNextHop: true,
        },
      ],
    });
    const folder = await scratch('seen');
    const file = join(folder, 'vipcast.yaml');
    const config = {
      bgp: { localASN: 65001, routerID: '10.0.0.1' },
      peers: [{ name: 'tor1', address: there.ipv4, peerASN: 65002 }],
      vips: [{ name: 'web', addresses: ['192.0.2.10', '2001:db8:1::10'] }],
      log: { journal: join(folder, 'journal.db') },
    };
    await writeFile(file, yaml(config));
    const up = spawn(here.namespace, ['npx', '--no', 'vipcast', 'up', '-c', file], { cwd: ROOT });
    try {
      const explain = (): string => `${up.stdout()}${up.stderr()}${frr.logs()}`;
      await until(async () => (await frr.routes('ipv6-unicast')).length, {
        what: 'the route',
        timeout: 20_000,
        explain,
      });
      // FRR marks the best valid path and writes an IPv4-mapped next hop in hexadecimal.
      expect(await frr.cli('show bgp ipv6 unicast')).toMatch(
        /^\*> +2001:db8:1::10\/128\s+::ffff:a00:1\s.* 65001 i$/m,
      );
      expect(await frr.cli('show bgp ipv6 unicast 2001:db8:1::10/128')).toContain('from 10.0.0.1');
    } finally {
      await stop(up);
      await discard(folder);
    }
    await until(async () => (await frr.routes('ipv6-unicast')).length === 0, { what: 'FRR to forget it' });
  });
});
