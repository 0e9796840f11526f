import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../poll.ts';
import { run } from '../process.ts';
import { discard, scratch } from '../scratch.ts';
import type { Contender } from './contenders.ts';
import { type Lab, type LabNetwork, ROUTER_ASN, startLab, VIAS } from './lab.ts';
import { agree, type PeerView, view } from './views.ts';

const V4 = '192.0.2.10/32';
const V6 = '2001:db8:1::10/128';
const WEB = { name: 'web', addresses: ['192.0.2.10', '2001:db8:1::10'] };
/** With it every router takes IPv4 over IPv6, and IPv6 over IPv4. */
const FIXED = { nextHop: { strategy: 'fixed', ipv4: '10.0.0.1', ipv6: 'fd00::1' } };
const SECRET = 'correct-horse-battery-staple';

const hearsBoth = async (lab: Lab, expected: object): Promise<void> => {
  for (const via of lab.vias) {
    await lab.hears(via, 'ipv4-unicast', [{ prefix: V4, ...expected }]);
    await lab.hears(via, 'ipv6-unicast', [{ prefix: V6, ...expected }]);
  }
};

const peers = (lab: Lab) => view<PeerView>(lab.vipcast, 'peers');

/** The two ends of every BGP connection on vipcast's host, as `ss` prints them. */
const connections = async (lab: Lab): Promise<readonly string[]> => {
  const { namespace } = lab.network.hosts.vipcast;
  const filter = '( sport = :179 or dport = :179 )';
  const text = await run(namespace, ['ss', '-Htn', 'state', 'established', filter]);
  return text.split('\n').filter(Boolean);
};

/** Gives both ends an address on no link, reached through the host in the middle only. */
const apart = async ({ hosts: { vipcast, router, middle } }: LabNetwork): Promise<void> => {
  const script = `set -e
    for name in ${vipcast.namespace} ${router.namespace}; do
      ip netns exec $name sh -c 'for file in /proc/sys/net/ipv[46]/conf/*/accept_redirects; do echo 0 > $file; done'
    done
    ip netns exec ${middle.namespace} sh -c 'for file in /proc/sys/net/ipv4/conf/*/send_redirects; do echo 0 > $file; done
      echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'
    ${[vipcast, router].map((host, index) => place(host.namespace, middle, index + 1, 2 - index)).join('')}
    ${[vipcast, router].map((host, index) => route(middle.namespace, host, index + 1)).join('')}`;
  await run(null, ['sh', '-c', script]);
};

interface Place {
  readonly ipv4: string;
  readonly ipv6: string;
}

const place = (namespace: string, via: Place, own: number, other: number): string => `
  ip -n ${namespace} addr add 10.9.0.${own}/32 dev lo
  ip -n ${namespace} addr add fd09::${own}/128 dev lo nodad
  ${route(namespace, via, other)}`;

const route = (namespace: string, via: Place, target: number): string => `
  ip -n ${namespace} route add 10.9.0.${target}/32 via ${via.ipv4}
  ip -n ${namespace} route add fd09::${target}/128 via ${via.ipv6}`;

/** The ways to come to a session, each on hosts of its own. */
export const describeSessions = (contender: Contender): void => {
  describe('sessions', () => {
    it('iBGP, dialled by router', async () => {
      await using lab = await startLab(contender, {
        dials: 'router',
        localASN: ROUTER_ASN,
        vips: [WEB],
        policy: [{ match: {}, set: { localPref: 250, med: 9, prepend: 3 } }],
        peer: FIXED,
      });
      await lab.established();
      // No AS is added on the way to an internal peer (RFC 4271 §5.1.2).
      await hearsBoth(lab, { asPath: [], localPref: 250, med: 9 });
      await agree(lab);
      expect((await peers(lab)).map(({ connection }) => connection)).toEqual(['incoming', 'incoming']);
    });

    it('AS numbers of four bytes, and both ends dialling', async () => {
      await using lab = await startLab(contender, {
        dials: 'both',
        localASN: 4_200_000_001,
        routerASN: 4_200_000_002,
        vips: [WEB],
        peer: FIXED,
      });
      await lab.established();
      await hearsBoth(lab, { asPath: [4_200_000_001] });
      await agree(lab);
      expect(await peers(lab)).toMatchObject(
        VIAS.map(() => ({ localASN: 4_200_000_001, peerASN: 4_200_000_002 })),
      );
      await until(async () => (await connections(lab)).length === VIAS.length, {
        what: 'one connection a session',
        explain: async () => (await connections(lab)).join('\n'),
      });
      await lab.established();
    });

    it.each(contender.guarded)('MD5 and GTSM, dialled by %s', async (dials) => {
      const folder = await scratch('secret');
      const passwordFile = join(folder, 'password');
      try {
        await writeFile(passwordFile, `${SECRET}\n`, { mode: 0o600 });
        await using lab = await startLab(contender, {
          dials,
          vips: [WEB],
          peer: { ...FIXED, passwordFile, ttlSecurity: true },
          neighbor: { password: SECRET, ttlSecurity: true },
        });
        await lab.established();
        await hearsBoth(lab, {});
        expect(`${lab.vipcast.stdout()}${lab.vipcast.stderr()}`).not.toContain(SECRET);
      } finally {
        await discard(folder);
      }
    });

    it('a router without the password, until it needs none', async () => {
      const folder = await scratch('secret');
      const passwordFile = join(folder, 'password');
      try {
        await writeFile(passwordFile, SECRET, { mode: 0o600 });
        await using lab = await startLab(contender, { dials: 'router', peer: { passwordFile } });
        const { namespace } = lab.network.hosts.vipcast;
        // The kernel counts unsigned segments that should have been signed.
        const dropped = () => run(namespace, ['nstat', '-asz', 'TcpExtTCPMD5NotFound']);
        await until(async () => /MD5NotFound +[1-9]/.test(await dropped()), { what: 'a SYN to be dropped' });
        expect((await lab.router.session()).state).not.toBe('Established');
        await lab.configure({ peer: {} });
        await lab.established();
      } finally {
        await discard(folder);
      }
    });

    it('from a source address to a router two hops away', async () => {
      await using lab = await startLab(contender, {
        prepare: apart,
        vips: [WEB],
        peer: { ...FIXED, multihop: 3 },
        peers: {
          ipv4: { address: '10.9.0.2', sourceAddress: '10.9.0.1' },
          ipv6: { address: 'fd09::2', sourceAddress: 'fd09::1' },
        },
        neighbor: { multihop: 3 },
        neighbors: {
          ipv4: { address: '10.9.0.1', localAddress: '10.9.0.2' },
          ipv6: { address: 'fd09::1', localAddress: 'fd09::2' },
        },
      });
      await lab.established();
      await lab.hears('ipv4', 'ipv4-unicast', [{ prefix: V4, nextHop: '10.9.0.1' }]);
      await lab.hears('ipv6', 'ipv6-unicast', [{ prefix: V6, nextHop: 'fd09::1' }]);
    });

    it('from a source device, with next hops from it', async () => {
      await using lab = await startLab(contender, {
        vips: [WEB],
        peer: { sourceInterface: 'eth0', nextHop: { strategy: 'source-interface' } },
      });
      await lab.established();
      for (const via of lab.vias) {
        await lab.hears(via, 'ipv4-unicast', [{ prefix: V4, nextHop: '10.0.0.1' }]);
        await lab.hears(via, 'ipv6-unicast', [{ prefix: V6, nextHop: 'fd00::1' }]);
      }
      const bound = await connections(lab);
      expect(bound).toHaveLength(2);
      for (const line of bound) expect(line).toContain('%eth0');
    });

    it.runIf(contender.twoOctetAs !== undefined)(
      'a router that knows AS numbers of two bytes only',
      async () => {
        const { localASN, peerASN, path } = contender.twoOctetAs!;
        await using lab = await startLab(contender, {
          localASN,
          vips: [WEB],
          peer: FIXED,
          neighbor: { fourOctetAs: false, peerASN },
        });
        await lab.established();
        for (const { capabilities } of await peers(lab)) expect(capabilities).not.toContain('four-octet-as');
        await hearsBoth(lab, { asPath: path });
      },
    );
  });
};
