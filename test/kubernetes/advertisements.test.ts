import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { have } from '../setup/packages.ts';
import { type Fabric, startFabric } from './fabric.ts';
import { collectionOf, type KubernetesObject } from './object.ts';
import { namespace, type ServiceWords, service } from './objects.ts';
import { acceptedOn, vipcastObject } from './resources.ts';
import { pod, STACKS, served } from './serving.ts';

const TIERS = ['gold', 'plain'] as const;
type Tier = (typeof TIERS)[number];

/** Gold is in one namespace, plain in another; each has a Service of every stack. */
const wordsOf = (tier: Tier): readonly ServiceWords[] =>
  STACKS.map(({ stack, addresses }) => ({
    ...{ name: `${tier}-${stack}`, namespace: tier === 'gold' ? 'default' : 'shop', labels: { tier } },
    addresses: addresses(tier === 'gold' ? 1 : 129),
  }));
const addressesOf = (words: readonly ServiceWords[]) => words.flatMap(({ addresses = [] }) => addresses);

const GOLD = addressesOf(wordsOf('gold'));
const PLAIN = addressesOf(wordsOf('plain'));
const ALL = [...GOLD, ...PLAIN];
const is6 = (address: string): boolean => address.includes(':');

const advertisement = (name: string, spec: object = {}): KubernetesObject =>
  vipcastObject('BGPAdvertisement', name, spec);
const tier = (of: string) => ({ serviceSelector: { matchLabels: { tier: of } } });
const notIn = (key: string, ...values: readonly string[]) => ({
  matchExpressions: [{ key, operator: 'NotIn', values }],
});

/** What advertisements there are, and what then goes to tor1 and to tor2. */
const TABLE: readonly (readonly [string, readonly object[], readonly string[], readonly string[]])[] = [
  ['none', [], ALL, ALL],
  ['one that says nothing', [{}], ALL, ALL],
  ['labels of Services', [tier('gold')], GOLD, GOLD],
  ['an expression about labels', [{ serviceSelector: notIn('tier', 'gold') }], PLAIN, PLAIN],
  ['namespaces', [{ namespaces: ['shop'] }], PLAIN, PLAIN],
  ['labels of namespaces', [{ namespaceSelector: { matchLabels: { team: 'b' } } }], PLAIN, PLAIN],
  ['pools', [{ pools: ['low'] }], GOLD, GOLD],
  ['pools and labels that have nothing in common', [{ pools: ['low'], ...tier('plain') }], [], []],
  ['peers', [{ peers: ['tor2'] }], [], ALL],
  [
    'one for each peer',
    [
      { ...tier('gold'), peers: ['tor1'] },
      { ...tier('plain'), peers: ['tor2'] },
    ],
    GOLD,
    PLAIN,
  ],
  ['all to one peer and a part to the other', [{ peers: ['tor1'] }, { ...tier('gold') }], ALL, GOLD],
  ['a family', [{ families: ['ipv6-unicast'] }], ALL.filter(is6), ALL.filter(is6)],
  [
    'a family for each peer',
    [
      { families: ['ipv4-unicast'], peers: ['tor1'] },
      { families: ['ipv6-unicast'], peers: ['tor2'] },
    ],
    ALL.filter((address) => !is6(address)),
    ALL.filter(is6),
  ],
  ['the labels of this node', [{ nodeSelector: { matchLabels: { rack: 'r7' } } }], ALL, ALL],
  ['those of another', [{ nodeSelector: { matchLabels: { rack: 'r8' } } }], [], []],
];

const missing = !have(
  'namespaces',
  'iproute2',
  'frr',
  'bird2',
  'openssl',
  'etcd',
  'kube-apiserver',
  'kubectl',
);

describe.skipIf(missing)('BGPAdvertisements', () => {
  let fabric: Fabric;
  beforeAll(async () => {
    fabric = await startFabric(['n1'], { drainTime: '0s' });
    const shop = namespace('shop');
    await fabric.cluster.apply(
      fabric.node('n1', { rack: 'r7' }),
      { ...shop, metadata: { ...shop.metadata, labels: { team: 'b' } } },
      vipcastObject('VIPPool', 'low', {
        addresses: ['192.0.2.0/25', '198.51.100.0-198.51.100.127', '2001:db8:6::/122', '2001:db8:46::/122'],
      }),
      ...TIERS.flatMap(wordsOf).flatMap((words) => served(words, [pod('n1')])),
      fabric.peer('tor1'),
      fabric.peer('tor2'),
    );
    await fabric.sees('a session with each', async () =>
      (await fabric.establishedCounts()).every((count) => count === 1),
    );
  });
  afterEach(async () => {
    await fabric.cluster.request('DELETE', collectionOf(advertisement('')));
  });
  afterAll(() => fabric?.[Symbol.asyncDispose]());

  const apply = (...objects: readonly KubernetesObject[]) => fabric.cluster.apply(...objects);
  const both = (addresses: readonly string[]) => fabric.hear({ tor1: addresses, tor2: addresses });

  it.each(TABLE)('%s', async (_, specs, tor1, tor2) => {
    const objects = specs.map((spec, index) => advertisement(`a${index}`, spec));
    await apply(...objects);
    // What is heard may be what was heard before.
    for (const object of objects)
      await fabric.sees(
        'a condition',
        async () => (await acceptedOn(fabric.cluster, object)).status === 'True',
      );
    await fabric.hear({ tor1, tor2 });
  });

  it('add their communities up, for both families, and the first by priority has the rest', async () => {
    const [one, two] = [
      { communities: ['65000:1'], largeCommunities: ['65000:1:1'], localPref: 150, med: 7 },
      { communities: ['65000:2', 'no-export'], extendedCommunities: ['rt:65000:5'], localPref: 250 },
    ];
    await apply(
      advertisement('one', { priority: 1, attributes: one }),
      advertisement('two', { priority: 2, ...tier('gold'), attributes: two }),
    );
    const expected = (isGold: boolean) => ({
      communities: isGold ? ['65000:1', '65000:2', '65535:65281'] : ['65000:1'],
      largeCommunities: ['65000:1:1'],
      extendedCommunities: isGold ? ['rt:65000:5'] : [],
      med: 7,
    });
    await fabric.sees('attributes', async () => {
      for (const tor of ['tor1', 'tor2'] as const) {
        const routes = await fabric.routes(tor);
        for (const address of ALL) {
          const isGold = GOLD.includes(address);
          // Another AS is told no LOCAL_PREF (RFC 4271 §5.1.5).
          const localPref = tor === 'tor2' ? { localPref: isGold ? 250 : 150 } : {};
          const { communities = [], ...route } = routes.get(address) ?? {};
          expect({ ...route, communities: communities.toSorted() }).toMatchObject({
            ...expected(isGold),
            ...localPref,
          });
        }
      }
      return true;
    });
  });

  it('may name the next hop', async () => {
    await apply(
      advertisement('four', { families: ['ipv4-unicast'], attributes: { nextHop: '10.0.0.77' } }),
      advertisement('six', { families: ['ipv6-unicast'], attributes: { nextHop: 'fd00::77' } }),
    );
    for (const tor of ['tor1', 'tor2'] as const)
      await fabric.sees(`next hops at ${tor}`, async () => {
        const routes = await fabric.routes(tor);
        for (const address of ALL)
          expect([address, routes.get(address)?.nextHop]).toEqual([
            address,
            is6(address) ? 'fd00::77' : '10.0.0.77',
          ]);
        return true;
      });
  });

  it('let go of what they select no more, and of nothing else, whoever was relabelled', async () => {
    const before = await fabric.establishedCounts();
    await apply(advertisement('gold', tier('gold')), advertisement('shop', { namespaces: ['shop'] }));
    await both(ALL);
    await apply(advertisement('gold', tier('nothing')));
    await both(PLAIN);
    await apply(advertisement('gold', tier('gold')), advertisement('shop', { namespaces: ['none'] }));
    await both(GOLD);

    const [first, ...rest] = wordsOf('gold');
    const own = first!.addresses!;
    await apply(service({ ...first!, labels: { tier: 'lead' } }));
    await both(addressesOf(rest));
    await apply(advertisement('gold', tier('lead')));
    await both(own);
    await apply(service(first!), advertisement('gold', tier('gold')));
    await both(GOLD);

    const shop = namespace('shop');
    const team = (name: string) => apply({ ...shop, metadata: { ...shop.metadata, labels: { team: name } } });
    await apply(advertisement('shop', { namespaceSelector: { matchLabels: { team: 'c' } } }));
    await team('c');
    await both(ALL);
    await team('b');
    await both(GOLD);

    await apply(advertisement('gold', { nodeSelector: { matchLabels: { rack: 'r9' } } }));
    await both([]);
    await apply(fabric.node('n1', { rack: 'r9' }));
    await both(ALL);
    await apply(fabric.node('n1', { rack: 'r7' }));
    await both([]);
    expect(await fabric.establishedCounts()).toEqual(before);
  });
});
