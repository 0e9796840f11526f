import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDead } from '../interop/scratch.ts';
import { have } from '../setup/packages.ts';
import { type Cluster, startCluster } from './api-server.ts';
import { helm } from './helm.ts';
import { endpointSlices, node, service, serviceAccount } from './objects.ts';

describe.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl'))('a real API server', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterAll(() => cluster.stop());

  const read = async (...args: readonly string[]) =>
    JSON.parse(await cluster.kubectl(['get', ...args, '-o', 'json']));

  it('is the release whose name it bears', async () => {
    const { body } = await cluster.request('GET', '/version');
    expect(body).toMatchObject({ gitVersion: expect.stringMatching(/^v1\.\d+\.\d+$/) });
  });

  it('holds a dual-stack Service with its slices and the Node of its endpoint', async () => {
    const addresses = ['192.0.2.10', '2001:db8::10'];
    await cluster.apply(
      node({ name: 'n1', addresses: ['10.0.0.1', 'fd00::1'] }),
      service({ name: 'web', addresses, local: true }),
      ...endpointSlices({ name: 'web' }, [{ node: 'n1', addresses: ['10.244.0.5', 'fd00:244::5'] }]),
    );
    const { spec, status } = await read('service', 'web');
    expect(spec.ipFamilies).toEqual(['IPv4', 'IPv6']);
    expect(spec.clusterIPs).toEqual([
      expect.stringMatching(/^10\.96\./),
      expect.stringMatching(/^fd00:10:96::/),
    ]);
    expect(spec.healthCheckNodePort).toBeGreaterThan(0);
    expect(status.loadBalancer.ingress.map(({ ip }: { ip: string }) => ip)).toEqual(addresses);
    const slices = await read('endpointslices', '-l', 'kubernetes.io/service-name=web');
    const seen = slices.items.map(({ addressType, endpoints: [first] }: SliceRead) => [
      addressType,
      first.nodeName,
      first.addresses[0],
    ]);
    expect(seen.toSorted()).toEqual([
      ['IPv4', 'n1', '10.244.0.5'],
      ['IPv6', 'n1', 'fd00:244::5'],
    ]);
    const { spec: nodeSpec, status: nodeStatus } = await read('node', 'n1');
    expect(nodeSpec.taints).toBeUndefined();
    expect(nodeStatus.conditions[0]).toMatchObject({ type: 'Ready', status: 'True' });
  });

  it('changes and removes what it was given', async () => {
    const words = { name: 'changing', addresses: ['192.0.2.20', '2001:db8::20'] };
    await cluster.apply(service(words));
    await cluster.apply(service({ ...words, addresses: ['192.0.2.21'], families: ['IPv4', 'IPv6'] }));
    const { status } = await read('service', 'changing');
    expect(status.loadBalancer.ingress).toEqual([{ ip: '192.0.2.21', ipMode: 'VIP' }]);
    await cluster.remove(service(words));
    expect((await cluster.request('GET', '/api/v1/namespaces/default/services/changing')).status).toBe(404);
  });

  it('says why it refuses an object', async () => {
    const impossible = service({ name: 'impossible', spec: { ports: [] } });
    await expect(cluster.apply(impossible)).rejects.toThrow(/spec\.ports.*Required/);
  });

  it('keeps its state and its port when it is killed', async () => {
    await cluster.apply(service({ name: 'kept', addresses: ['192.0.2.30'] }));
    const before = await read('service', 'kept');
    const [etcd, server] = cluster.pids();
    await cluster.kill();
    await expect(cluster.request('GET', '/readyz')).rejects.toThrow('ECONNREFUSED');
    await cluster.start();
    expect(await read('service', 'kept')).toEqual(before);
    expect(cluster.pids()[0]).toBe(etcd);
    expect(cluster.pids()[1]).not.toBe(server);
  });

  it('is silent while it is frozen, and goes on', async () => {
    cluster.freeze();
    const answer = cluster.request('GET', '/version');
    const first = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 300, 'silence'))]);
    expect(first).toBe('silence');
    cluster.thaw();
    expect((await answer).status).toBe(200);
  });

  it('has forgotten the past once it is compacted and started anew', async () => {
    for (const name of ['past', 'later']) await cluster.apply(service({ name }));
    const { body } = await cluster.request('GET', '/api/v1/services?limit=1');
    const { resourceVersion, continue: next } = (body as ListRead).metadata;
    await cluster.apply(service({ name: 'latest' }));
    await cluster.kill();
    await cluster.compact();
    await cluster.start();
    const page = await cluster.request('GET', `/api/v1/services?limit=1&continue=${next}`);
    expect(page).toMatchObject({ status: 410, body: { reason: 'Expired' } });
    const watch = `/api/v1/services?watch=1&timeoutSeconds=1&resourceVersion=${resourceVersion}`;
    expect((await cluster.request('GET', watch)).body).toMatchObject({
      type: 'ERROR',
      object: { code: 410, reason: 'Expired' },
    });
  });

  it('refuses a ServiceAccount that has no rights, and knows who it is', async () => {
    const account = { name: 'nobody', namespace: 'default' };
    await cluster.apply(serviceAccount(account));
    const as = ['--kubeconfig', await cluster.userKubeconfig(account)];
    await expect(cluster.kubectl([...as, 'get', 'services'])).rejects.toThrow(
      /Forbidden.*system:serviceaccount:default:nobody/,
    );
    const binding = ['create', 'clusterrolebinding', 'nobody-views', '--clusterrole=system:node-proxier'];
    await cluster.kubectl([...binding, '--serviceaccount=default:nobody']);
    expect(await cluster.kubectl([...as, 'get', 'services'])).toContain('kubernetes');
  });

  it('listens on IPv6 alone when asked, and leaves nothing behind', async () => {
    const six = await startCluster({ address: '::1' });
    try {
      await six.apply(service({ name: 'six', families: ['IPv6'] }));
      expect(await six.kubectl(['get', 'service', 'six'])).toContain('fd00:10:96::');
    } finally {
      await six.stop();
    }
    expect(six.pids().filter((pid) => !isDead(pid))).toEqual([]);
    expect(existsSync(six.folder)).toBe(false);
  });

  it.skipIf(!have('helm'))('is what helm speaks to', async () => {
    expect(await helm(['version'])).toContain('Version:"v4');
    expect(await helm(['list', '-o', 'json'], cluster.kubeconfig)).toBe('[]\n');
  });
});

interface SliceRead {
  readonly addressType: string;
  readonly endpoints: readonly [{ readonly nodeName: string; readonly addresses: readonly string[] }];
}

interface ListRead {
  readonly metadata: { readonly resourceVersion: string; readonly continue: string };
}
