import type { Family } from '@vipcast/net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { have, type RequirementName } from '../setup/packages.ts';
import { createNetwork, type Host, type Network } from './namespace.ts';
import { until } from './poll.ts';
import { startBird } from './routers/bird.ts';
import { startExabgp } from './routers/exabgp.ts';
import { startFrr } from './routers/frr.ts';
import { startGobgp } from './routers/gobgp.ts';
import { startOpenbgpd } from './routers/openbgpd.ts';
import type { Neighbor, Router, StartRouter } from './routers/router.ts';

const BOTH: readonly Family[] = ['ipv4-unicast', 'ipv6-unicast'];
const MAPPED = {
  frr: '::ffff:a00:1',
  bird: '10.0.0.1',
  openbgpd: '::ffff:10.0.0.1',
  exabgp: '::ffff:10.0.0.1',
};
const ANNOUNCER = 65001;
const LISTENER = 4_200_000_002;

type Name = keyof typeof MAPPED;
type Via = 'ipv4' | 'ipv6';

const ROUTERS: Readonly<Record<Name, { start: StartRouter; requirement: RequirementName }>> = {
  frr: { start: startFrr, requirement: 'frr' },
  bird: { start: startBird, requirement: 'bird2' },
  openbgpd: { start: startOpenbgpd, requirement: 'openbgpd' },
  exabgp: { start: startExabgp, requirement: 'exabgp' },
};
const NAMES = (Object.keys(ROUTERS) as Name[]).filter((name) => have(ROUTERS[name].requirement));

const OWN = '198.51.100.1/32';
const V4 = '192.0.2.10/32';
const V6 = '2001:db8:1::10/128';
const WORDS = 'origin egp med 50 community 65001:100,no-export large-community 65001:1:2 rt 65001:5'.split(
  ' ',
);
const ATTRIBUTES = {
  asPath: [ANNOUNCER],
  origin: 'egp',
  med: 50,
  communities: ['65001:100', '65535:65281'],
  largeCommunities: ['65001:1:2'],
  extendedCommunities: ['rt:65001:5'],
};

/** OpenBGPD 7.7 has no RFC 8950, which GoBGP uses unasked: it ends an IPv6 session at the first IPv4 route. */
const familiesOf = (name: Name, via: Via): readonly Family[] =>
  name === 'openbgpd' && via === 'ipv6' ? ['ipv6-unicast'] : BOTH;

const neighbor = (name: Name, via: Via, from: Host, to: Host, more: Partial<Neighbor>): Neighbor => ({
  address: to[via],
  localAddress: from[via],
  families: familiesOf(name, via),
  peerASN: ANNOUNCER,
  passive: false,
  extendedNextHop: true,
  ...(via === 'ipv4' ? { ttlSecurity: true } : name === 'openbgpd' ? {} : { password: 'secret' }),
  ...more,
});

describe.skipIf(!have('namespaces', 'iproute2', 'gobgpd'))('beside GoBGP', () => {
  let network: Network<Name | 'gobgp'>;
  let gobgp: Router;
  const routers = new Map<Name, Router>();

  beforeAll(async () => {
    network = await createNetwork('gobgp', ...NAMES);
    const { hosts } = network;
    gobgp = await startGobgp(hosts.gobgp, {
      localASN: ANNOUNCER,
      routerId: hosts.gobgp.ipv4,
      neighbors: NAMES.flatMap((name) =>
        (['ipv4', 'ipv6'] as const).map((via) =>
          neighbor(name, via, hosts.gobgp, hosts[name], { peerASN: LISTENER, passive: name !== 'openbgpd' }),
        ),
      ),
    });
    await gobgp.cli('global', 'rib', 'add', V4, ...WORDS);
    await gobgp.cli('global', 'rib', 'add', V6, '-a', 'ipv6', ...WORDS);
    const start = async (name: Name): Promise<void> => {
      const router = await ROUTERS[name].start(hosts[name], {
        localASN: LISTENER,
        routerId: hosts[name].ipv4,
        originate: [OWN],
        neighbors: (['ipv4', 'ipv6'] as const).map((via) =>
          neighbor(name, via, hosts[name], hosts.gobgp, {
            // OpenBGPD dials again only after two minutes.
            passive: name === 'openbgpd',
            ...(via === 'ipv4' ? { holdTime: 3 } : {}),
          }),
        ),
      });
      routers.set(name, router);
    };
    await Promise.all(NAMES.map(start));
  });

  afterAll(async () => {
    await Promise.all([gobgp, ...routers.values()].map((router) => router?.[Symbol.asyncDispose]()));
    await network?.[Symbol.asyncDispose]();
  });

  const established = async (name: Name, via: Via): Promise<Router> => {
    const router = routers.get(name)!;
    const isUp = async () => (await router.session(network.hosts.gobgp[via])).state === 'Established';
    await until(isUp, { what: `${name} to establish`, timeout: 20_000, explain: () => router.logs() });
    return router;
  };

  describe.each(NAMES)('%s', (name) => {
    it.each([
      ['ipv4', V4, '10.0.0.1'],
      ['ipv4', V6, MAPPED[name]],
      ['ipv6', V4, 'fd00::1'],
      ['ipv6', V6, 'fd00::1'],
    ] as const)('over %s prints what it got for %s', async (via, prefix, nextHop) => {
      const router = await established(name, via);
      const family = prefix === V4 ? 'ipv4-unicast' : 'ipv6-unicast';
      if (!familiesOf(name, via).includes(family)) {
        expect(await router.routes(family, network.hosts.gobgp[via])).toEqual([]);
        return;
      }
      const route = await until(
        async () =>
          (await router.routes(family, network.hosts.gobgp[via])).find((each) => each.prefix === prefix),
        { what: `${name} to print ${prefix}` },
      );
      expect(route).toMatchObject({ prefix, nextHop, ...ATTRIBUTES });
      expect(route.valid ?? true).toBe(true);
    });

    it('announces its own prefix', async () => {
      await established(name, 'ipv4');
      const { ipv4 } = network.hosts[name];
      const route = await until(async () => (await gobgp.routes('ipv4-unicast', ipv4))[0], {
        what: `GoBGP to hear ${name}`,
      });
      expect(route).toMatchObject({ prefix: OWN, nextHop: ipv4, asPath: [LISTENER], origin: 'igp' });
    });

    it('forgets a route that is withdrawn', async () => {
      const router = await established(name, 'ipv4');
      const hears = async () => (await router.routes('ipv4-unicast')).some(({ prefix }) => prefix === extra);
      const extra = `192.0.2.${100 + NAMES.indexOf(name)}/32`;
      await gobgp.cli('global', 'rib', 'add', extra);
      await until(hears, { what: `${name} to hear ${extra}` });
      await gobgp.cli('global', 'rib', 'del', extra);
      await until(async () => !(await hears()), { what: `${name} to forget ${extra}` });
    });
  });

  // All at once: most of the time goes by in GoBGP's pauses of 5 s between attempts.
  it.concurrent.each(NAMES)('%s is killed, reset and cut off, and comes back each time', async (name) => {
    const { ipv4 } = network.hosts[name];
    const router = await established(name, 'ipv4');

    await router.kill();
    await until(async () => (await gobgp.session(ipv4)).state !== 'Established', { what: 'GoBGP to notice' });
    await router.restart();
    await established(name, 'ipv4');
    await until(async () => (await router.routes('ipv4-unicast')).length, { what: 'routes' });
    const first = await router.session();
    expect(first.establishedCount).toBe(1);
    expect(first.uptimeSeconds).toBeLessThan(10);

    await router.reset();
    await until(async () => (await router.session()).establishedCount === 2, {
      what: `${name} to establish again`,
      timeout: 20_000,
      explain: () => router.logs(),
    });
    await established(name, 'ipv4');

    await network.cut(name);
    await until(async () => (await router.session()).state !== 'Established', { what: `${name} to give up` });
    const { lastError } = await router.session();
    await network.mend(name);
    expect(lastError).toMatch(/hold/i);
    // OpenBGPD would stay idle for 30 s.
    if (name === 'openbgpd') await router.reset();
    await established(name, 'ipv4');
  });
});
