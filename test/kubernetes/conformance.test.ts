/**
 * What suites of other Service announcers try, and what none of them tries, each in IPv4, IPv6 and both: where it is
 * tried here. Files without a folder are beside this one; (c) is this one.
 *
 * | scenario | where |
 * |---|---|
 * | externalTrafficPolicy Cluster, Local; flips of it | services, (c) |
 * | two protocols on one Service; overlapping and shared addresses; the older keeps its address | (c) |
 * | pool by range and by prefix, and as selector; address by annotation | (c), allocation, advertisements |
 * | NetworkUnavailable, exclusion label, drain taint | (c), services, drain |
 * | no endpoints; not ready, terminating, last one gone; count of local ones | services, (c) |
 * | change of address or class; deletion; a new Service by an old name | (c), services |
 * | what kubectl apply and kubectl describe say | (c), services |
 * | dual-stack over a session of either family; one family on each session | services, advertisements |
 * | a route by every node, Local at one; a node lost drops its next hop only, and returns | nodes |
 * | communities, large, extended, localPref, MED, next hop; overlapping advertisements; their edits | resources, advertisements |
 * | selectors of Services, namespaces, nodes, peers, families; relabelling of each; two peers, two advertisements | advertisements |
 * | password right, wrong, missing; peers one by one; timers edited; wrong AS; a node that is not selected | peers, resources |
 * | router id, unnumbered, multihop, TTL security, MD5 by every router, rejected routes | ../interop, ../daemon |
 * | validation of each field; conditions of what is refused | crds, resources |
 * | rolling updates; 1,000 Services; Service change to UPDATE | rollout, thousand |
 * | order of a drain | drain |
 * | API server killed and frozen; local probes meanwhile | outage, services |
 * | lists that are wrong; most of them at once | bad-input, breaker |
 * | token, CA and certificate: in a Pod, expired, rotated, foreign | in-cluster, list-watch |
 *
 * Not there, so not tried: graceful restart, BFD, aggregation, VRF, LoadBalancer of cluster IPs, Pod CIDRs.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { until } from '../interop/poll.ts';
import { have } from '../setup/packages.ts';
import { ELSEWHERE, HERE, type NodeUnderTest, startNodeUnderTest } from './node-under-test.ts';
import { type EndpointWords, node, type ServiceWords, service } from './objects.ts';
import { installResources, vipcastObject } from './resources.ts';
import { pod, STACKS, served, slicesOf } from './serving.ts';

const SHARING = { 'metallb.io/allow-shared-ip': 'dns' };

/** A range, a prefix, and one of each. */
const POOLS = {
  v4: { autoAssign: false, addresses: ['192.0.2.240-192.0.2.250'] },
  v6: { autoAssign: false, addresses: ['2001:db8:6:1::/64'] },
  dual: { autoAssign: false, addresses: ['198.51.100.240/28', '2001:db8:46:1::1-2001:db8:46:1::9'] },
};
const FAMILIES = { v4: ['IPv4'], v6: ['IPv6'], dual: ['IPv4', 'IPv6'] } as const;

const missing = !have('namespaces', 'iproute2', 'frr', 'openssl', 'etcd', 'kube-apiserver', 'kubectl');

describe.skipIf(missing)('Services of a real API server, in FRR', () => {
  let under: NodeUnderTest;
  beforeAll(async () => {
    under = await startNodeUnderTest('ipv4', async (cluster) => {
      await installResources(cluster);
      for (const { stack } of STACKS) await cluster.apply(vipcastObject('VIPPool', stack, POOLS[stack]));
      return { kubernetes: { resources: true, allocate: true } };
    });
  });
  afterAll(() => under?.[Symbol.asyncDispose]());

  const serve = (words: ServiceWords, pods: readonly EndpointWords[] = [pod(HERE)]) =>
    under.cluster.apply(...served(words, pods));
  const why = async (address: string): Promise<string> => (await under.vipcast.cli('why', address)).stdout;
  const says = (address: string, reason: string | RegExp) =>
    until(
      async () => {
        expect(await why(address)).toMatch(reason);
        return true;
      },
      { what: `${address} to be ${reason}`, timeout: 15_000, explain: under.logs },
    );
  const sessions = async (): Promise<number> => (await under.router.session()).establishedCount;

  // Each waits most of its time.
  describe.each(STACKS)('$stack', { concurrent: true }, ({ stack, addresses }) => {
    it('two protocols on one Service are one route', async () => {
      const ports = ['TCP', 'UDP'].map((protocol) => ({ name: protocol.toLowerCase(), port: 53, protocol }));
      const words = { name: `${stack}-dns`, addresses: addresses(1), spec: { ports } };
      await serve(words);
      await under.hears(...words.addresses);
      await serve({ ...words, spec: { ports: ports.slice(0, 1) } });
      await under.hears(...words.addresses);
      await serve(words, []);
      await under.misses(...words.addresses);
    });

    it('a shared address is one route, until the last that has it cannot serve', async () => {
      const of = (name: string) => ({
        name: `${stack}-${name}`,
        addresses: addresses(2),
        annotations: SHARING,
      });
      await serve(of('tcp'));
      await serve(of('udp'));
      await under.hears(...addresses(2));
      await serve(of('tcp'), []);
      await says(`default/${stack}-tcp`, /no-endpoints/);
      await under.hears(...addresses(2));
      await under.cluster.remove(service(of('udp')));
      await under.misses(...addresses(2));
    });

    it('of two Services with one address the older has it, and then the other', async () => {
      const [older, younger] = [
        { name: `${stack}-a`, addresses: addresses(3) },
        { name: `${stack}-b`, addresses: addresses(3) },
      ];
      await serve(older);
      await serve(younger, []);
      await says(`default/${younger.name}`, /address-conflict.*Service default\/\w+-a, which is older/s);
      await serve(younger);
      await serve(older, []);
      await under.misses(...addresses(3));
      await under.cluster.remove(service(older));
      await under.hears(...addresses(3));
    });

    it('a Service that moves to another address leaves the one it had', async () => {
      const name = `${stack}-moves`;
      await serve({ name, addresses: addresses(4) });
      await under.hears(...addresses(4));
      await serve({ name, addresses: addresses(5) });
      await under.hears(...addresses(5));
      await under.misses(...addresses(4));
    });

    it('a Service of another class is not announced, whatever its status says', async () => {
      const words = { name: `${stack}-theirs`, addresses: addresses(6) };
      await serve({ ...words, spec: { loadBalancerClass: 'example.com/lb' } });
      await says(`default/${words.name}`, /class-mismatch/);
      await under.misses(...addresses(6));
    });

    it('under Local the last Pod on this node counts, also while it ends', async () => {
      const words = { name: `${stack}-local`, addresses: addresses(7), local: true };
      const elsewhere = pod(ELSEWHERE, { addresses: ['10.244.2.5', 'fd00:10:244:2::5'] });
      const second = { addresses: ['10.244.1.6', 'fd00:10:244:1::6'] };
      await serve(words, [pod(HERE), pod(HERE, second), elsewhere]);
      await under.hears(...words.addresses);
      await serve(words, [elsewhere, pod(HERE, { ready: false, serving: true, terminating: true })]);
      await says(words.addresses[0]!, /terminating-endpoints/);
      await under.hears(...words.addresses);
      await serve(words, [elsewhere, pod(HERE, { ready: false, serving: false, terminating: true })]);
      await under.misses(...words.addresses);
      await says(words.addresses[0]!, /no-local-endpoints/);
    });

    it('a Service by an old name is another Service', async () => {
      const words = { name: `${stack}-again`, addresses: addresses(8) };
      const uid = ['get', 'service', words.name, '-o', 'jsonpath={.metadata.uid}'];
      await serve(words);
      await under.hears(...words.addresses);
      const before = await under.cluster.kubectl(uid);
      await under.cluster.remove(service(words));
      await serve({ ...words, addresses: addresses(9) });
      expect(await under.cluster.kubectl(uid)).not.toBe(before);
      await under.hears(...addresses(9));
      await under.misses(...addresses(8));
    });

    it('a policy that flips twenty times ends where it ends, on the same session', async () => {
      const words = { name: `${stack}-flips`, addresses: addresses(10) };
      await serve(words, [pod(ELSEWHERE)]);
      await under.hears(...words.addresses);
      const before = await sessions();
      for (let flip = 0; flip < 20; flip++)
        await under.cluster.apply(service({ ...words, local: flip % 2 === 0 }));
      await under.hears(...words.addresses);
      await under.cluster.apply(service({ ...words, local: true }));
      await under.misses(...words.addresses);
      expect(await sessions()).toBe(before);
    });

    it('kubectl apply takes addresses out of a pool to FRR, and the last Pod takes them away', {
      timeout: 150_000,
    }, async () => {
      const name = `${stack}-applied`;
      const words = { name, families: FAMILIES[stack], annotations: { 'vipcast.io/pool': stack } };
      const { status: _, ...wish } = service(words);
      const apply = (pods: readonly EndpointWords[]) => {
        const objects = [wish, ...slicesOf(words, pods)];
        return under.cluster.kubectl(
          ['apply', '-f', '-'],
          objects.map((object) => stringify(object)).join('---\n'),
        );
      };
      await apply([pod(HERE)]);
      const given = await until(
        async () => {
          const path = 'jsonpath={.status.loadBalancer.ingress[*].ip}';
          const ips = (await under.cluster.kubectl(['get', 'service', name, '-o', path])).split(' ');
          return ips.length === words.families.length && ips[0] !== '' && ips;
        },
        { what: 'addresses', timeout: 30_000, explain: under.logs },
      );
      const before = await sessions();
      await under.hears(...given);
      await apply([]);
      await under.misses(...given);
      await until(
        async () =>
          /Warning +NoEndpoints .*n1 withdraws .*: it has no endpoints/.test(
            await under.cluster.kubectl(['describe', 'service', name]),
          ),
        // Events of a node come no faster than one a second, once it told many.
        { what: 'kubectl describe to say why', timeout: 90_000, explain: under.logs },
      );
      expect(await sessions()).toBe(before);
    });
  });

  it('a node without a network announces nothing', async () => {
    const words = STACKS.map(({ stack, addresses }) => ({
      name: `${stack}-network`,
      addresses: addresses(20),
    }));
    for (const each of words) await serve(each);
    const all = words.flatMap(({ addresses }) => addresses);
    await under.hears(...all);
    const unavailable = (status: 'True' | 'False') =>
      under.cluster.request(
        'PATCH',
        `/api/v1/nodes/${HERE}/status`,
        { status: { conditions: [{ type: 'NetworkUnavailable', status, reason: 'Test', message: '' }] } },
        'application/strategic-merge-patch+json',
      );
    await unavailable('True');
    await under.misses(...all);
    await says(all[0]!, /node-network-unavailable/);
    await unavailable('False');
    await under.hears(...all);
    await under.cluster.remove(node({ name: HERE, addresses: [] }));
    await under.misses(...all);
    await says(all[0]!, /node-unknown/);
    await under.cluster.apply(under.node());
    await under.hears(...all);
  });
});
