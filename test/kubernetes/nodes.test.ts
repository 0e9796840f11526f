import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { have } from '../setup/packages.ts';
import { type Fabric, startFabric, TORS } from './fabric.ts';
import { pod, STACKS, served } from './serving.ts';

const NODES = ['n1', 'n2'] as const;
type Name = (typeof NODES)[number];

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

describe.skipIf(missing)('two nodes of a cluster', () => {
  let fabric: Fabric;
  beforeAll(async () => {
    fabric = await startFabric(NODES, { drainTime: '0s' });
    await fabric.cluster.apply(...TORS.map((tor) => fabric.peer(tor)));
  });
  afterAll(() => fabric?.[Symbol.asyncDispose]());

  const wide = STACKS.flatMap(({ addresses }) => addresses(1));
  const local = STACKS.flatMap(({ addresses }) => addresses(2));

  /** Services under Cluster, with Pods on n1 alone, and under Local, with Pods on these nodes. */
  const serve = async (localOn: readonly Name[]): Promise<void> => {
    for (const { stack, addresses } of STACKS) {
      const words = { name: `local-${stack}`, addresses: addresses(2), local: true };
      await fabric.cluster.apply(
        ...served({ name: stack, addresses: addresses(1) }, [pod('n1')]),
        ...served(
          words,
          localOn.map((name) => pod(name)),
        ),
      );
    }
  };
  const hear = async (expected: Readonly<Record<Name, readonly string[]>>): Promise<void> => {
    for (const name of NODES) await fabric.hear({ tor1: expected[name], tor2: expected[name] }, name);
  };

  it('are both ways to a Service, and under Local those that have a Pod', async () => {
    await serve(['n1', 'n2']);
    await hear({ n1: [...wide, ...local], n2: [...wide, ...local] });
    await serve(['n2']);
    await hear({ n1: wide, n2: [...wide, ...local] });
    for (const tor of TORS)
      for (const name of NODES)
        for (const [address, { nextHop }] of await fabric.routes(tor, name))
          expect([tor, name, nextHop]).toEqual([
            ...[tor, name],
            fabric.host(name)[address.includes(':') ? 'ipv6' : 'ipv4'],
          ]);
    await serve([]);
    await hear({ n1: wide, n2: wide });
  });

  it('take no way away but their own when they end, and bring it back', async () => {
    await serve(['n1', 'n2']);
    const all = [...wide, ...local];
    await hear({ n1: all, n2: all });
    const before = await fabric.establishedCounts('n2');
    await fabric.daemons.get('n1')!.kill();
    await hear({ n1: [], n2: all });
    await fabric.daemons.get('n1')!.restart();
    await hear({ n1: all, n2: all });
    expect(await fabric.establishedCounts('n2')).toEqual(before);
  });
});
