import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { have } from '../setup/packages.ts';
import { type Fabric, startFabric, TORS } from './fabric.ts';
import { acceptedOn, removeResources } from './resources.ts';
import { pod, STACKS, served } from './serving.ts';

const ALL = STACKS.flatMap(({ addresses }) => addresses(1));
const is6 = (address: string): boolean => address.includes(':');
const PASSWORD = 'a-secret-of-tor1';

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

describe.skipIf(missing)('BGPPeers', () => {
  let fabric: Fabric;
  beforeAll(async () => {
    fabric = await startFabric(['n1'], { drainTime: '3s' });
    for (const { stack, addresses } of STACKS)
      await fabric.cluster.apply(...served({ name: stack, addresses: addresses(1) }, [pod('n1')]));
  });
  beforeEach(async () => {
    await removeResources(fabric.cluster);
    await fabric.hear({ tor1: [], tor2: [] });
  });
  afterAll(() => fabric?.[Symbol.asyncDispose]());

  const apply: Fabric['cluster']['apply'] = (...objects) => fabric.cluster.apply(...objects);
  const counts = async (before: readonly number[]) =>
    (await fabric.establishedCounts()).map((count, index) => count - before[index]!);

  it('that come, change and go one by one leave each other alone', async () => {
    const before = await fabric.establishedCounts();
    await apply(fabric.peer('tor1'));
    await fabric.hear({ tor1: ALL, tor2: [] });
    await apply(fabric.peer('tor2'));
    await fabric.hear({ tor1: ALL, tor2: ALL });
    expect(await counts(before)).toEqual([1, 1]);
    // The hold time is agreed when a session begins.
    await apply(fabric.peer('tor2', { holdTime: '12s' }));
    await fabric.sees('a new session with tor2', async () => (await counts(before))[1] === 2);
    await fabric.hear({ tor1: ALL, tor2: ALL });
    await apply(fabric.peer('tor1', { connectRetryTime: '2s' }));
    await fabric.sees('that it is taken in', async () => {
      const { observedGeneration } = await acceptedOn(fabric.cluster, fabric.peer('tor1'));
      return observedGeneration === 2;
    });
    await fabric.cluster.remove(fabric.peer('tor2'));
    await fabric.hear({ tor1: ALL, tor2: [] });
    expect(await counts(before)).toEqual([1, 2]);
  });

  it('may have one family each', async () => {
    await apply(
      fabric.peer('tor1', { families: ['ipv4-unicast'] }),
      fabric.peer('tor2', { families: ['ipv6-unicast'] }),
    );
    await fabric.hear({ tor1: ALL.filter((address) => !is6(address)), tor2: ALL.filter(is6) });
  });

  it('with a wrong AS number have no session, and say what the router said', async () => {
    const wrong = fabric.peer('tor1', { peerASN: 65009 });
    await apply(wrong, fabric.peer('tor2'));
    await fabric.hear({ tor2: ALL });
    await fabric.sees('a bad peer AS', async () =>
      /Bad Peer AS/i.test((await fabric.daemons.get('n1')!.cli('peers', '-o', 'wide')).stdout),
    );
    await apply(fabric.peer('tor1'));
    await fabric.hear({ tor1: ALL, tor2: ALL });
  });

  it('have a session with the right password only, and dial anew when the file comes', async () => {
    const n1 = fabric.host('n1').ipv4;
    const tell = (words: string) =>
      fabric.routers.tor1.cli(
        'configure terminal',
        'router bgp 65002',
        `${words}neighbor ${n1} password ${PASSWORD}`,
      );
    const folder = join(fabric.cluster.folder, 'secrets', 'tor1');
    const secret = { passwordSecret: { name: 'tor1' } };
    await tell('');
    try {
      await apply(fabric.peer('tor1', secret), fabric.peer('tor2'));
      await fabric.sees('what is missing', async () => {
        const { reason } = await acceptedOn(fabric.cluster, fabric.peer('tor1'));
        return reason === 'PasswordUnreadable';
      });
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'password'), 'not the secret');
      await fabric.sees('the condition to go', async () => {
        const { status } = await acceptedOn(fabric.cluster, fabric.peer('tor1'));
        return status === 'True';
      });
      await fabric.hear({ tor1: [], tor2: ALL });
      const before = await fabric.establishedCounts();
      await writeFile(join(folder, 'password'), PASSWORD);
      await fabric.hear({ tor1: ALL, tor2: ALL });
      expect(await counts(before)).toEqual([1, 0]);
      const written = [...fabric.daemons.values()].map((daemon) => daemon.stdout() + daemon.stderr()).join();
      expect(written).not.toContain(PASSWORD);
    } finally {
      await tell('no ');
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('hear of a drain first that its routes are less preferred, then that they are gone', async () => {
    await fabric.cluster.apply(...TORS.map((tor) => fabric.peer(tor)));
    await fabric.hear({ tor1: ALL, tor2: ALL });
    const before = await fabric.establishedCounts();

    /** What became of each address at each router, in order, as often as it was looked at. */
    const seen = new Map(TORS.flatMap((tor) => ALL.map((address) => [`${tor} ${address}`, ['usual']])));
    const look = async (): Promise<boolean> => {
      for (const tor of TORS) {
        const routes = await fabric.routes(tor);
        for (const address of ALL) {
          const route = routes.get(address);
          // RFC 8326 §3: GRACEFUL_SHUTDOWN, and within the AS the lowest LOCAL_PREF.
          const shutdown =
            route?.communities.includes('65535:0') && (tor === 'tor1' || route.localPref === 0);
          const now = route === undefined ? 'gone' : shutdown ? 'shutting down' : 'usual';
          const states = seen.get(`${tor} ${address}`)!;
          if (states.at(-1) !== now) states.push(now);
        }
      }
      return [...seen.values()].every((states) => states.at(-1) === 'gone');
    };
    await fabric.cluster.kubectl(['taint', 'node', 'n1', 'vipcast.io/drain:NoSchedule']);
    await fabric.sees('all to be gone', look);
    for (const [what, states] of seen)
      expect([what, ...states]).toEqual([what, 'usual', 'shutting down', 'gone']);
    expect(await fabric.establishedCounts()).toEqual(before);
    for (const tor of TORS)
      expect((await fabric.routers[tor].session(fabric.host('n1').ipv4)).state).toBe('Established');

    await fabric.cluster.kubectl(['taint', 'node', 'n1', 'vipcast.io/drain-']);
    await fabric.hear({ tor1: ALL, tor2: ALL });
    for (const tor of TORS)
      for (const [, { communities }] of await fabric.routes(tor)) expect(communities).toEqual([]);
    expect(await fabric.establishedCounts()).toEqual(before);
  });
});
