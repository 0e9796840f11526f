import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { have } from '../../setup/packages.ts';
import { createNetwork, type Host, type Network } from '../namespace.ts';
import { until } from '../poll.ts';
import { startBird } from '../routers/bird.ts';
import { startFrr } from '../routers/frr.ts';
import type { ReceivedRoute, Router, StartRouter } from '../routers/router.ts';
import { startVipcast, type Vipcast } from '../vipcast.ts';
import { type Expected, FAMILIES, type Section, type Via, yaml } from './lab.ts';

const LOCAL_ASN = 4_200_000_001;
const ROUTER_ASN = 4_200_000_002;
const ROUTERS = { frr: { start: startFrr, via: 'ipv4' }, bird: { start: startBird, via: 'ipv6' } } as const;
type Name = keyof typeof ROUTERS;
const NAMES = ['frr', 'bird'] as const;

const vip = (name: string, host: number): Section => ({
  name,
  addresses: [`192.0.2.${host}`, `2001:db8:1::${host}`],
});
const RULES = [
  {
    match: { vips: ['web'] },
    set: {
      communities: ['65001:100', 'no-export', 'graceful-shutdown', 'blackhole'],
      largeCommunities: ['4200000001:1:2'],
      extendedCommunities: ['rt:65001:5', 'ro:65001:7', 'rt:192.0.2.1:9', 'rt:4200000001:3'],
      med: 50,
      prepend: 2,
    },
  },
  { match: { vips: ['secret'] }, action: 'reject' },
];

/** What must be the same whatever the session runs over. */
const common = ({ nextHop, nextHopLinkLocal, valid, localPref, ...route }: ReceivedRoute) => ({
  ...route,
  communities: route.communities.toSorted(),
});

describe.skipIf(!have('namespaces', 'iproute2', 'frr', 'bird2'))('FRR over IPv4 and BIRD over IPv6', () => {
  let network: Network<'vipcast' | Name>;
  let vipcast: Vipcast;
  const routers = new Map<Name, Router>();

  const configuration = (more: Section): string =>
    yaml({
      node: 'n1',
      bgp: { localASN: LOCAL_ASN, routerID: '10.0.0.1', connectRetryTime: '1s' },
      peers: NAMES.map((name) => ({
        name,
        address: network.hosts[name][ROUTERS[name].via],
        peerASN: ROUTER_ASN,
      })),
      ...more,
    });

  const start = (host: Host, from: StartRouter, via: Via): Promise<Router> =>
    from(host, {
      localASN: ROUTER_ASN,
      routerId: host.ipv4,
      neighbors: [
        {
          address: network.hosts.vipcast[via],
          localAddress: host[via],
          peerASN: LOCAL_ASN,
          passive: true,
          families: FAMILIES,
          extendedNextHop: true,
        },
      ],
    });

  beforeAll(async () => {
    network = await createNetwork('vipcast', ...NAMES);
    for (const name of NAMES)
      routers.set(name, await start(network.hosts[name], ROUTERS[name].start, ROUTERS[name].via));
    vipcast = await startVipcast(network.hosts.vipcast.namespace, configuration({}));
  });

  afterAll(async () => {
    await Promise.all([vipcast, ...routers.values()].map((each) => each?.[Symbol.asyncDispose]()));
    await network?.[Symbol.asyncDispose]();
  });

  const heardBy = async (name: Name): Promise<readonly ReceivedRoute[]> => {
    const both = await Promise.all(FAMILIES.map((family) => routers.get(name)!.routes(family)));
    return both.flat().toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1));
  };

  /** Waits until FRR hears these, and BIRD the same. */
  const agreed = async (expected: readonly Expected[]): Promise<readonly ReceivedRoute[]> =>
    until(
      async () => {
        const [frr, bird] = await Promise.all(NAMES.map(heardBy));
        expect(frr).toHaveLength(expected.length);
        expect(frr).toMatchObject(expected as Expected[]);
        expect(bird!.map(common)).toEqual(frr!.map(common));
        return frr;
      },
      { what: 'FRR and BIRD to agree', timeout: 20_000, explain: () => vipcast.stderr() },
    );

  it('agree on every attribute, before and after a change', async () => {
    await vipcast.configure(
      configuration({ vips: [vip('web', 10), vip('api', 11), vip('secret', 12)], policy: RULES }),
    );
    const rich = {
      asPath: [LOCAL_ASN, LOCAL_ASN, LOCAL_ASN],
      origin: 'igp',
      med: 50,
      largeCommunities: ['4200000001:1:2'],
    } as const;
    const bare = { asPath: [LOCAL_ASN], communities: [], largeCommunities: [], extendedCommunities: [] };
    const [web] = await agreed([
      { prefix: '192.0.2.10/32', ...rich },
      { prefix: '192.0.2.11/32', ...bare },
      { prefix: '2001:db8:1::10/128', ...rich },
      { prefix: '2001:db8:1::11/128', ...bare },
    ]);
    // RFC 8326, 7999 and 1997 by their numbers.
    expect(web!.communities.toSorted()).toEqual(['65001:100', '65535:0', '65535:65281', '65535:666']);
    expect(web!.extendedCommunities.toSorted()).toEqual([
      'ro:65001:7',
      'rt:192.0.2.1:9',
      'rt:4200000001:3',
      'rt:65001:5',
    ]);
    expect(await vipcast.cli('why', 'web')).toMatchObject({ code: 0 });

    await vipcast.configure(
      configuration({ vips: [vip('web', 10)], policy: [{ set: { communities: ['65001:7'] } }] }),
    );
    const left = { ...bare, communities: ['65001:7'] };
    await agreed([
      { prefix: '192.0.2.10/32', ...left },
      { prefix: '2001:db8:1::10/128', ...left },
    ]);
  });

  /** UPDATEs the routers count; FRR's `updatesRecv`, BIRD's import statistics of both channels. */
  const updates = async (): Promise<readonly [number, number]> => {
    const frr = await routers.get('frr')!.cli('show bgp neighbors 10.0.0.1 json');
    const bird = await routers.get('bird')!.cli('show protocols all peer0');
    const imports = [...bird.matchAll(/Import updates: +(\d+)/g)].map(([, count]) => Number(count));
    return [Number(/"updatesRecv":(\d+)/.exec(frr)![1]), imports.reduce((sum, count) => sum + count, 0)];
  };

  it('are told of nothing but what changed', async () => {
    const some = [vip('web', 10), vip('api', 11)];
    const all = (changed: Partial<Expected>) => [
      { prefix: '192.0.2.10/32', communities: [] },
      { prefix: '192.0.2.11/32', communities: [] },
      { prefix: '2001:db8:1::10/128', communities: [], ...changed },
      { prefix: '2001:db8:1::11/128', communities: [] },
    ];
    await vipcast.configure(configuration({ vips: some }));
    await agreed(all({}));
    const before = await updates();
    await vipcast.configure(
      configuration({
        vips: some,
        policy: [{ match: { vips: ['web'], families: ['ipv6-unicast'] }, set: { med: 5 } }],
      }),
    );
    await agreed(all({ med: 5 }));
    const after = await updates();
    expect(after.map((count, index) => count - before[index]!)).toEqual([1, 1]);
  });
});
