import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { known, routeTable, withdrawals } from '../daemon/route-table.ts';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';
import { type Cluster, startCluster } from './api-server.ts';
import { type KubernetesObject, pathOf } from './object.ts';
import { endpointSlices, node, service } from './objects.ts';
import { acceptedOn, installResources, removeResources, vipcastObject } from './resources.ts';

const CEASE = 6;
const PEER_DECONFIGURED = 3;
const [COMMUNITIES, LOCAL_PREF] = [8, 5];
const VIP = '192.0.2.1/32';
const EVENTS = '/api/v1/namespaces/default/events';
const STATUS_LEASE = '/apis/coordination.k8s.io/v1/namespaces/default/leases/vipcast-status';

describe.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl'))('resources', () => {
  let cluster: Cluster;
  let router: Receiver;
  let vipcast: Vipcast;

  beforeAll(async () => {
    cluster = await startCluster();
    await installResources(cluster);
    const web = { name: 'web', addresses: ['192.0.2.1'] };
    const pods = endpointSlices(web, [{ node: 'n1', addresses: ['10.244.0.5'] }], ['IPv4']);
    await cluster.apply(service({ ...web, labels: { tier: 'gold' } }), ...pods);
  });

  beforeEach(async () => {
    router = await startReceiver({
      ...{ localASN: 65000, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 },
    });
    await cluster.apply(here('r7'));
    vipcast = await startVipcast(null, yaml());
  });

  afterEach(async () => {
    await vipcast?.stop();
    await vipcast?.[Symbol.asyncDispose]();
    await router?.[Symbol.asyncDispose]();
    await removeResources(cluster);
  });

  afterAll(() => cluster?.stop());

  const yaml = (vips = '192.0.2.10', resources = true): string => `node: n1
bgp: { localASN: 65000, routerID: 10.0.0.7, holdTime: 9s, connectRetryTime: 1s, drainTime: 0s }
vips: [{ name: static, addresses: [${vips}] }]
kubernetes: { enabled: true, resources: ${resources}, kubeconfig: ${cluster.kubeconfig}, secretsDirectory: ${cluster.folder}/secrets }
`;
  const here = (rack: string) => node({ name: 'n1', addresses: ['10.0.0.7'], labels: { rack } });
  const peer = (name: string, spec: object = {}) =>
    vipcastObject('BGPPeer', name, { address: '127.0.0.1', port: router.port, peerASN: 'internal', ...spec });
  const advertisement = (name: string, spec: object) => vipcastObject('BGPAdvertisement', name, spec);

  const sees = (what: string, condition: () => unknown) =>
    until(condition, { what, timeout: 30_000, explain: () => `${vipcast.stdout()}${vipcast.stderr()}` });
  const hears = (...prefixes: readonly string[]) =>
    sees(`routes to ${prefixes}`, () => {
      expect(known(router.updates)).toEqual(prefixes);
      return true;
    });
  const says = (object: KubernetesObject, expected: object) =>
    sees(`a condition on ${object.metadata.name}`, async () => {
      expect(await acceptedOn(cluster, object)).toMatchObject(expected);
      return true;
    });
  const problem = (text: string, code: number) =>
    sees(`the problem ${text}`, async () => {
      const { stdout, ...status } = await vipcast.cli('status', '-o', 'json');
      const { items } = JSON.parse(stdout) as { readonly items: readonly { problems: readonly string[] }[] };
      expect(items[0]?.problems).toContainEqual(expect.stringMatching(`^${text}.*, because `));
      expect(status.code).toBe(code);
      return true;
    });
  const attributesOf = (prefix: string) => {
    const route = routeTable(router.updates).get(prefix);
    return [route?.get(COMMUNITIES), route?.get(LOCAL_PREF)];
  };
  const attributes = (prefix: string, communities: string | undefined, localPref: number) =>
    sees(`attributes of ${prefix}`, () => {
      expect(attributesOf(prefix)).toEqual([communities, localPref.toString(16).padStart(8, '0')]);
      return true;
    });

  it('a BGPPeer is a session for the nodes that it selects, and the older keeps its place', async () => {
    const tor1 = peer('tor1', { nodeSelector: { matchLabels: { rack: 'r7' } } });
    await cluster.apply(tor1);
    await hears('192.0.2.1/32', '192.0.2.10/32');
    await says(tor1, { status: 'True', reason: 'Accepted', observedGeneration: 1 });

    const rival = peer('rival');
    await cluster.apply(rival);
    await says(rival, {
      status: 'False',
      reason: 'AddressTaken',
      message: expect.stringContaining('BGPPeer tor1'),
    });
    const { lastTransitionTime } = await acceptedOn(cluster, tor1);
    await cluster.apply(peer('tor1', { ...(tor1.spec as object), keepaliveTime: '9s' }));
    await says(tor1, {
      status: 'False',
      reason: 'Invalid',
      observedGeneration: 2,
      message: expect.stringMatching(/^spec\.keepaliveTime: .*; the version before it stays$/),
    });
    await cluster.apply({ ...tor1, spec: { ...(tor1.spec as object), connectRetryTime: '2s' } });
    await says(tor1, { status: 'True', observedGeneration: 3 });
    expect((await acceptedOn(cluster, tor1)).lastTransitionTime >= lastTransitionTime).toBe(true);
    expect([router.establishedCount(), router.others]).toEqual([1, []]);

    await cluster.apply(here('r8'));
    await sees('the end of the session', () => router.others.length > 0);
    expect([...router.others[0]!.subarray(19, 21)]).toEqual([CEASE, PEER_DECONFIGURED]);
    await says(tor1, { status: 'True', message: expect.stringContaining('not used on node n1') });
  });

  it('a BGPPeer that goes ends its session as no longer configured', async () => {
    const tor1 = peer('tor1');
    await cluster.apply(tor1);
    await hears('192.0.2.1/32', '192.0.2.10/32');
    await cluster.remove(tor1);
    await sees('the end of the session', () => router.others.length > 0);
    expect([...router.others[0]!.subarray(19, 21)]).toEqual([CEASE, PEER_DECONFIGURED]);
    expect((await vipcast.cli('peers')).stdout).not.toContain('Established');
  });

  it('a BGPAdvertisement puts attributes on routes, and an edit of it resets nothing', async () => {
    const gold = (spec: object) =>
      advertisement('gold', { serviceSelector: { matchLabels: { tier: 'gold' } }, ...spec });
    await cluster.apply(gold({ attributes: { communities: ['65000:100'], localPref: 200 } }), peer('tor1'));
    await attributes(VIP, 'fde80064', 200);
    await attributes('192.0.2.10/32', undefined, 100);

    await cluster.apply(gold({ attributes: { communities: ['65000:100', '65000:200'], localPref: 300 } }));
    await attributes(VIP, 'fde80064fde800c8', 300);
    expect(withdrawals(router.updates)).toEqual([]);

    await cluster.apply(gold({ peers: ['tor9'] }));
    await hears('192.0.2.10/32');
    await says(gold({}), { status: 'True', message: expect.stringContaining('no peer is called tor9') });
    await cluster.remove(gold({}));
    await attributes(VIP, undefined, 100);
    expect([router.establishedCount(), router.others]).toEqual([1, []]);
  });

  it('what an advertisement keeps in never goes out, not even from a node that begins', async () => {
    const inside = advertisement('inside', { peers: ['nobody'] });
    await cluster.apply(inside, peer('tor1'));
    await hears('192.0.2.10/32');
    await vipcast.kill();
    for (const suffix of ['', '-wal', '-shm']) await rm(vipcast.journal + suffix, { force: true });
    router.clear();
    for (const path of [STATUS_LEASE, EVENTS]) await cluster.request('DELETE', path);
    await vipcast.restart();
    await sees('that it is kept in', async () =>
      (await vipcast.cli('why', '192.0.2.1')).stdout.includes('no BGPAdvertisement lets it go to this peer'),
    );
    await hears('192.0.2.10/32');
    expect(withdrawals(router.updates)).toEqual([]);
    // Nor is anybody warned of what was not known yet.
    const { body } = await cluster.request('GET', EVENTS);
    const { items } = body as { readonly items: readonly { readonly reason: string }[] };
    expect(items.map(({ reason }) => reason)).not.toContain('NoAdvertisement');
  });

  it('the file and the resources change each other nothing', async () => {
    await cluster.apply(peer('tor1'));
    await hears('192.0.2.1/32', '192.0.2.10/32');
    await vipcast.configure(yaml('192.0.2.11'));
    await hears('192.0.2.1/32', '192.0.2.11/32');
    expect([router.establishedCount(), router.others]).toEqual([1, []]);
    await vipcast.configure(yaml('192.0.2.11', false));
    await sees('the end of the session', () => router.others.length > 0);
    router.clear();
    await vipcast.configure(yaml('192.0.2.12'));
    await hears('192.0.2.1/32', '192.0.2.12/32');
  });

  it('a password that is not there is said, and everything else goes on', async () => {
    const signed = peer('signed', { address: '127.0.0.9', passwordSecret: { name: 'tor', key: 'md5' } });
    await cluster.apply(signed, peer('tor1'));
    await says(signed, {
      status: 'False',
      reason: 'PasswordUnreadable',
      message: `spec.passwordSecret: ${cluster.folder}/secrets/tor/md5 cannot be read: there is no such file; the session waits for it`,
    });
    await hears('192.0.2.1/32', '192.0.2.10/32');
  });

  it('the log says what changed, and check shows nothing to change', async () => {
    const pool = vipcastObject('VIPPool', 'public', { addresses: ['192.0.2.128/25'], priority: 3 });
    await cluster.apply(peer('tor1'), pool);
    await hears('192.0.2.1/32', '192.0.2.10/32');
    await says(pool, { status: 'True' });
    const { stdout } = await vipcast.cli('log', '-o', 'json');
    expect(stdout).toContain('+ peer tor1: 127.0.0.1 port');
    expect(stdout).toContain('+ pool public: 192.0.2.128-192.0.2.255');
    // Nobody writes again what stands there.
    const { metadata } = (await cluster.request('GET', pathOf(pool))).body as KubernetesObject;
    const later = vipcastObject('VIPPool', 'later', { addresses: ['192.0.2.0/26'] });
    await cluster.apply(later);
    await says(later, { status: 'True' });
    expect((await cluster.request('GET', pathOf(pool))).body).toMatchObject({
      metadata: { resourceVersion: metadata.resourceVersion },
    });
    const { stdout: plan, stderr } = await vipcast.cli('check', vipcast.configFile);
    expect([plan, stderr]).toEqual(['nothing changes\n', expect.stringContaining('is valid')]);
  });

  it('comes up with what it knew when the API server is down', async () => {
    await cluster.apply(
      advertisement('gold', { attributes: { communities: ['65000:100'], localPref: 200 } }),
      peer('tor1'),
    );
    await attributes(VIP, 'fde80064', 200);
    await cluster.kill();
    try {
      await vipcast.kill('SIGKILL');
      router.clear();
      await vipcast.restart();
      await sees('the session again', () => router.establishedCount() === 2);
      await attributes(VIP, 'fde80064', 200);
      await problem('KUBERNETES not heard: since ', 3);
    } finally {
      await cluster.start();
      // What was killed cannot give its Lease back, and nobody waits here until it runs out.
      await cluster.request('DELETE', STATUS_LEASE);
    }
    await sees('that all is well', async () => (await vipcast.cli('status')).code === 0);
    // What the API server knows when it is back is what counts.
    const later = vipcastObject('VIPPool', 'later', { addresses: ['192.0.2.0/26'] });
    await cluster.apply(later);
    await says(later, { status: 'True' });
    await cluster.remove(peer('tor1'));
    await sees('the end of the session', () => router.others.length > 0);
  });

  it('a list without any BGPPeer ends no session at once, and one that comes back is as it was', async () => {
    await cluster.apply(peer('tor1'));
    await hears('192.0.2.1/32', '192.0.2.10/32');
    await vipcast.kill('SIGKILL');
    await cluster.remove(peer('tor1'));
    router.clear();
    await vipcast.restart();
    await sees('the session again', () => router.establishedCount() === 2);
    await problem('RESOURCES held: since ', 3);
    await cluster.apply(peer('tor1'));
    await sees('that all is well', async () => (await vipcast.cli('status')).code === 0);
    expect([router.establishedCount(), router.others]).toEqual([2, []]);
    await cluster.request('DELETE', STATUS_LEASE);
  });
});
