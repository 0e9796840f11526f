import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { type Cluster, startCluster } from './api-server.ts';
import type { KubernetesObject } from './object.ts';
import { type ServiceWords, service, serviceAccount } from './objects.ts';
import { installResources, removeResources, vipcastObject } from './resources.ts';

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/default/leases/vipcast-allocator';
const SERVICES = '/api/v1/namespaces/default/services';

/** What of a Service is looked at here. */
interface Given {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly type: string };
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ip: string }[] } };
}

const addressesOf = ({ status }: Given): readonly string[] =>
  (status.loadBalancer.ingress ?? []).map(({ ip }) => ip);

describe.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl'))('allocation', () => {
  let cluster: Cluster;
  const daemons: Vipcast[] = [];

  const start = async (node: string, kubernetes: object = {}): Promise<Vipcast> => {
    const settings = { enabled: true, allocate: true, kubeconfig: cluster.kubeconfig, ...kubernetes };
    const bgp = 'bgp: { localASN: 65000, routerID: 10.0.0.7 }';
    const daemon = await startVipcast(
      null,
      `node: ${node}\n${bgp}\nkubernetes: ${JSON.stringify(settings)}\n`,
    );
    daemons.push(daemon);
    return daemon;
  };

  /** The kubeconfig of somebody who may do what allocation takes, and no more. */
  const restricted = async (): Promise<string> => {
    const account = { name: 'vipcast', namespace: 'default' };
    const rights = (
      kind: string,
      ...rules: readonly (readonly [string, string, string])[]
    ): KubernetesObject => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind,
      metadata: kind === 'Role' ? account : { name: account.name },
      rules: rules.map(([group, resources, verbs]) => ({
        apiGroups: [group],
        resources: resources.split(' '),
        verbs: verbs.split(' '),
      })),
    });
    await cluster.apply(
      serviceAccount(account),
      rights(
        'ClusterRole',
        ['', 'services nodes namespaces', 'list watch'],
        ['discovery.k8s.io', 'endpointslices', 'list watch'],
        ['', 'events', 'create patch'],
        ['vipcast.io', 'bgppeers bgpadvertisements vippools', 'list watch'],
        ['vipcast.io', 'bgppeers/status bgpadvertisements/status vippools/status', 'patch'],
        ['', 'services/status', 'patch'],
      ),
      rights('Role', ['coordination.k8s.io', 'leases', 'get create update']),
    );
    const [subject, name] = ['--serviceaccount=default:vipcast', 'vipcast'];
    await cluster.kubectl(['create', 'clusterrolebinding', name, '--clusterrole=vipcast', subject]);
    await cluster.kubectl(['create', 'rolebinding', name, '--role=vipcast', subject]);
    return cluster.userKubeconfig(account);
  };

  /** A Service as a user writes it: its status is not theirs to write. */
  const wish = (words: ServiceWords): KubernetesObject => {
    const { status: _, ...object } = service({ families: ['IPv4'], ...words });
    return object as KubernetesObject;
  };
  const create = (...words: readonly ServiceWords[]) => cluster.apply(...words.map(wish));
  const pool = (name: string, addresses: readonly string[], more: object = {}) =>
    cluster.apply(vipcastObject('VIPPool', name, { addresses, ...more }));

  const logs = () => daemons.map((daemon) => `${daemon.stdout()}${daemon.stderr()}`).join('\n');
  const list = async (): Promise<readonly Given[]> => {
    const { body } = await cluster.request('GET', SERVICES);
    return (body as { readonly items: readonly Given[] }).items.filter(
      ({ spec }) => spec.type === 'LoadBalancer',
    );
  };
  const given = async (name: string) =>
    addressesOf((await cluster.request('GET', `${SERVICES}/${name}`)).body as Given);
  const has = (name: string, ...addresses: readonly string[]) =>
    until(
      async () => {
        expect(await given(name)).toEqual(addresses);
        return true;
      },
      { what: `${name} to have ${addresses}`, timeout: 30_000, explain: logs },
    );
  const tells = (name: string, text: RegExp) =>
    until(async () => text.test(await cluster.kubectl(['describe', 'service', name])), {
      what: `an Event ${text} at ${name}`,
      timeout: 30_000,
      explain: async () => `${await cluster.kubectl(['describe', 'service', name])}${logs()}`,
    });
  const holder = async (): Promise<string> => {
    const { body } = await cluster.request('GET', LEASE);
    return ((body as { spec?: { holderIdentity?: string } }).spec?.holderIdentity ?? '').split('_')[0] ?? '';
  };

  beforeAll(async () => {
    cluster = await startCluster();
    await installResources(cluster);
  });

  afterEach(async () => {
    for (const daemon of daemons.splice(0)) {
      if (daemon.alive()) await daemon.stop();
      await daemon[Symbol.asyncDispose]();
    }
    await cluster.kubectl(['delete', 'services', '--all', '--wait=false']);
    await removeResources(cluster);
  });

  afterAll(() => cluster?.stop());

  it('gives a dual-stack Service both families, and one that asks what it asks for', async () => {
    await pool('public', ['192.0.2.0/29', '2001:db8::/64']);
    await start('n1', { kubeconfig: await restricted() });
    await create({ name: 'dual', families: ['IPv6', 'IPv4'] });
    await has('dual', '2001:db8::', '192.0.2.0');
    await tells('dual', /Normal +AddressAssigned .*has 2001:db8::, 192\.0\.2\.0/);
    await create({ name: 'asks', annotations: { 'metallb.io/loadBalancerIPs': '192.0.2.5' } });
    await create({ name: 'field', spec: { loadBalancerIP: '192.0.2.4' } });
    await has('asks', '192.0.2.5');
    await has('field', '192.0.2.4');
    await create({ name: 'asks', annotations: { 'metallb.io/loadBalancerIPs': '192.0.2.6' } });
    await has('asks', '192.0.2.6');
  });

  it('says why it gives none', async () => {
    await pool('public', ['192.0.2.0/30']);
    await start('n1');
    await create({ name: 'first', spec: { loadBalancerIP: '192.0.2.1' } });
    await has('first', '192.0.2.1');
    await create({ name: 'second', spec: { loadBalancerIP: '192.0.2.1' } });
    await tells('second', /Warning +AddressConflict .*192\.0\.2\.1: Service default\/first has it/);
    await create({ name: 'third', families: ['IPv6'] });
    await tells('third', /Warning +NoFreeAddress .*VIPPool public has no IPv6 addresses/);
    expect(await given('second')).toEqual([]);
    expect(await given('third')).toEqual([]);
    await pool('more', ['2001:db8::/127']);
    await has('third', '2001:db8::');
  });

  it('shares by key', async () => {
    await pool('public', ['192.0.2.0/30']);
    await start('n1');
    const annotations = { 'metallb.io/allow-shared-ip': 'dns' };
    const port = (protocol: string) => ({ ports: [{ port: 53, protocol }] });
    await create({ name: 'tcp', annotations, spec: port('TCP') });
    await has('tcp', '192.0.2.0');
    await create({ name: 'udp', annotations, spec: port('UDP') });
    await has('udp', '192.0.2.0');
    await create({ name: 'other', annotations, spec: port('TCP') });
    await has('other', '192.0.2.1');
  });

  it('gives what is freed to who waits, and leaves what others gave', async () => {
    await pool('small', ['192.0.2.0/31']);
    const theirs = { loadBalancerClass: 'example.com/lb' };
    await cluster.apply(service({ name: 'theirs', addresses: ['192.0.2.0'], spec: theirs }));
    await cluster.apply(service({ name: 'elsewhere', addresses: ['203.0.113.9'] }));
    await start('n1');
    await create({ name: 'has' });
    await has('has', '192.0.2.1');
    await create({ name: 'waits' });
    await tells('waits', /Warning +NoFreeAddress .*no IPv4 address is free in VIPPool small/);
    await cluster.remove(wish({ name: 'has' }));
    await has('waits', '192.0.2.1');
    // The API server itself clears the status of what is no LoadBalancer any more.
    await create({ name: 'last' });
    await create({ name: 'waits', spec: { type: 'ClusterIP', externalTrafficPolicy: null } });
    await has('last', '192.0.2.1');
    expect(await given('waits')).toEqual([]);
    expect(await given('elsewhere')).toEqual(['203.0.113.9']);
    expect(await given('theirs')).toEqual(['192.0.2.0']);
  });

  it('takes nothing away when pools change, nor over restarts', async () => {
    await pool('old', ['192.0.2.0/30']);
    const first = await start('n1');
    await create({ name: 'a' }, { name: 'b' });
    await has('a', '192.0.2.0');
    await has('b', '192.0.2.1');
    await first.stop();
    // A Lease that was given back is free at once.
    expect(await holder()).toBe('');
    await pool('new', ['198.51.100.0/30'], {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
    });
    await cluster.remove(vipcastObject('VIPPool', 'old', {}));
    await start('n1');
    await create({ name: 'c' });
    await has('c', '198.51.100.0');
    await tells('a', /Warning +OutsidePools .*192\.0\.2\.0 is in no VIPPool and is kept/);
    expect([await given('a'), await given('b')]).toEqual([['192.0.2.0'], ['192.0.2.1']]);
    await create({ name: 'a', annotations: { 'vipcast.io/pool': 'new' } });
    await has('a', '198.51.100.1');
  });

  it('gives 300 Services their addresses, none twice, while the allocator is killed', {
    timeout: 120_000,
  }, async () => {
    await pool('wide', ['10.9.0.0/16', '2001:db8:9::/64']);
    const both = [await start('n1'), await start('n2')];
    await until(async () => (await holder()) !== '', {
      what: 'an allocator',
      timeout: 30_000,
      explain: logs,
    });
    const names = Array.from({ length: 300 }, (_, i) => `s${i}`);
    const objects = names.map((name) => wish({ name, families: ['IPv4', 'IPv6'] }));
    const creating = cluster.kubectl(
      ['create', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    );
    const count = async (): Promise<number> => {
      const served = (await list()).map(addressesOf).filter(({ length }) => length > 0);
      const all = served.flat();
      expect(new Set(all).size).toBe(all.length);
      for (const addresses of served) expect(addresses).toHaveLength(2);
      return served.length;
    };
    let killedAt = 0;
    await until(
      async () => {
        killedAt = await count();
        return killedAt > 20;
      },
      { what: 'the first addresses', interval: 5, timeout: 30_000, explain: logs },
    );
    const leader = await holder();
    await both[leader === 'n1' ? 0 : 1]!.kill();
    expect(killedAt).toBeLessThan(300);
    await creating;
    let twice: unknown;
    await until(
      async () => {
        const served = await count().catch((error: unknown) => {
          twice = error;
          return 300;
        });
        return served === 300;
      },
      { what: 'addresses for all', timeout: 60_000, interval: 200, explain: logs },
    );
    expect(twice).toBeUndefined();
    expect(await holder()).not.toBe(leader);
  });
});
