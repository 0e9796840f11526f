import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { have } from '../setup/packages.ts';
import { ELSEWHERE, HERE, type NodeUnderTest, startNodeUnderTest, type Via } from './node-under-test.ts';
import { type EndpointWords, type ServiceWords, service } from './objects.ts';
import { pod, served } from './serving.ts';

const EXCLUDE = 'node.kubernetes.io/exclude-from-external-load-balancers';

const missing = !have('namespaces', 'iproute2', 'frr', 'openssl', 'etcd', 'kube-apiserver', 'kubectl');

describe.skipIf(missing).each<Via>(['ipv4', 'ipv6'])('over a session of %s', (via) => {
  let under: NodeUnderTest;
  beforeAll(async () => {
    under = await startNodeUnderTest(via);
  });
  afterAll(() => under?.[Symbol.asyncDispose]());

  /** A Service that was given these addresses, with these Pods behind it. */
  const serve = (words: ServiceWords, pods: readonly EndpointWords[] = [pod(HERE)]) =>
    under.cluster.apply(...served(words, pods));

  const why = async (address: string): Promise<string> => (await under.vipcast.cli('why', address)).stdout;

  it.each([
    ['one-v4', ['192.0.2.1']],
    ['one-v6', ['2001:db8:1::1']],
    ['dual', ['192.0.2.2', '2001:db8:1::2']],
  ])('%s is announced, until its last Pod is not ready', async (name, addresses) => {
    await serve({ name, addresses });
    await under.hears(...addresses);
    await serve({ name, addresses }, [pod(HERE, { ready: false }), pod(ELSEWHERE)]);
    await serve({ name, addresses }, [pod(HERE, { ready: false }), pod(ELSEWHERE, { ready: false })]);
    await under.misses(...addresses);
    for (const address of addresses)
      expect(await why(address)).toMatch(/no-endpoints: no endpoint of it is ready/);
    await serve({ name, addresses });
    await under.hears(...addresses);
  });

  if (via === 'ipv6') return;

  const describeService = (name: string) => under.cluster.kubectl(['describe', 'service', name]);
  const eventsOf = async (name: string): Promise<readonly { reason: string; count: number }[]> => {
    const selector = `--field-selector=involvedObject.name=${name}`;
    const { items } = JSON.parse(await under.cluster.kubectl(['get', 'events', selector, '-o', 'json']));
    return items;
  };

  it('tells at the Service what this node does, and why', async () => {
    const words = { name: 'told', addresses: ['192.0.2.3'] };
    await serve(words);
    await under.hears(...words.addresses);
    await serve(words, []);
    await under.misses(...words.addresses);
    await until(
      async () => {
        const text = await describeService('told');
        expect(text).toMatch(/Normal +Endpoints .*n1 advertises 192\.0\.2\.3: an endpoint of it is ready/);
        expect(text).toMatch(/Warning +NoEndpoints .*n1 withdraws 192\.0\.2\.3: it has no endpoints/);
        return true;
      },
      { what: 'two Events', timeout: 30_000, explain: under.logs },
    );
  });

  it.each<[string, ServiceWords, readonly EndpointWords[]]>([
    ['no-endpoints', { name: 'bare', addresses: ['192.0.2.31'] }, []],
    ['no-local-endpoints', { name: 'far', addresses: ['192.0.2.32'], local: true }, [pod(ELSEWHERE)]],
    [
      'no-endpoints-of-family',
      { name: 'six', addresses: ['2001:db8:1::33'], families: ['IPv4', 'IPv6'] },
      [pod(HERE, { addresses: ['10.244.1.5'] })],
    ],
    ['address-unfit', { name: 'unfit', addresses: ['127.0.0.34'] }, [pod(HERE)]],
  ])('gives %s as the reason wherever it is asked for one', async (reason, words, pods) => {
    const vip = `default/${words.name}`;
    const rows = async (verb: string) =>
      JSON.parse((await under.vipcast.cli(verb, '-o', 'json')).stdout).items;
    await serve(words, pods);
    await until(async () => (await why(vip)).includes(`${reason}: `), {
      what: 'why to say it',
      explain: under.logs,
    });
    expect((await rows('vips')).find((row: { vip: string }) => row.vip === vip)).toMatchObject({ reason });
    const [{ problems, notes }] = await rows('status');
    const lines = [...problems, ...notes].filter((line: string) => line.includes(vip));
    expect(lines).toEqual([expect.stringContaining(`not advertised, ${reason}: `)]);
    const ofEvent = reason.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
    const told = async () => (await eventsOf(words.name)).map((event) => event.reason);
    await until(async () => (await told()).includes(ofEvent), {
      what: 'an Event',
      timeout: 30_000,
      explain: under.logs,
    });
    await under.cluster.remove(service(words));
  });

  it('follows externalTrafficPolicy', async () => {
    const addresses = ['192.0.2.4', '2001:db8:1::4'];
    const words = { name: 'policy', addresses };
    await serve({ ...words, local: true }, [pod(ELSEWHERE)]);
    await until(async () => (await why(addresses[0]!)).includes('no-local-endpoints'), { what: 'a reason' });
    await under.misses(...addresses);
    await serve({ ...words, local: true }, [pod(ELSEWHERE), pod(HERE)]);
    await under.hears(...addresses);
    await serve({ ...words, local: true }, [pod(ELSEWHERE)]);
    await under.misses(...addresses);
    await serve({ ...words, local: false }, [pod(ELSEWHERE)]);
    await under.hears(...addresses);
  });

  it('announces the family alone that has endpoints', async () => {
    const [four, six] = ['192.0.2.5', '2001:db8:1::5'];
    const words = { name: 'half', addresses: [four, six] };
    await serve(words, [pod(HERE, { addresses: ['10.244.1.5'] })]);
    await under.hears(four);
    await under.misses(six);
    expect(await why(six)).toMatch(/no-endpoints-of-family: no endpoint of it can serve IPv6/);
  });

  it('withdraws a Service that is no LoadBalancer any more, and one that is deleted', async () => {
    const [changed, deleted] = [
      { name: 'changed', addresses: ['192.0.2.6'] },
      { name: 'deleted', addresses: ['192.0.2.7'] },
    ];
    await serve(changed);
    await serve(deleted);
    await under.hears('192.0.2.6', '192.0.2.7');
    await under.cluster.remove(service(deleted));
    await serve({
      ...changed,
      addresses: [],
      families: ['IPv4'],
      spec: { type: 'ClusterIP', externalTrafficPolicy: undefined },
    });
    await under.misses('192.0.2.6', '192.0.2.7');
    expect(await why('192.0.2.6')).toContain('not-load-balancer');
    expect(await why('192.0.2.7')).toContain('deleted');
  });

  it('is drained by a taint, and kept out of load balancers by a label', async () => {
    const words = { name: 'node', addresses: ['192.0.2.8', '2001:db8:1::8'] };
    const set = (more: object) => under.cluster.apply(under.node(more));
    await serve(words);
    await under.hears(...words.addresses);
    await set({ spec: { taints: [{ key: 'vipcast.io/drain', effect: 'NoSchedule' }] } });
    await under.misses(...words.addresses);
    expect(await why('192.0.2.8')).toContain('Node n1 has the taint vipcast.io/drain');
    await set({});
    await under.hears(...words.addresses);
    await set({ labels: { [EXCLUDE]: '' } });
    await under.misses(...words.addresses);
    expect(await why('192.0.2.8')).toContain('node-excluded');
    await set({});
    await under.hears(...words.addresses);
  });

  it('stays announced while the API server is away, over a SIGKILL too', async () => {
    const [stays, ends, comes] = [
      { name: 'stays', addresses: ['192.0.2.11', '2001:db8:1::11'] },
      { name: 'ends', addresses: ['192.0.2.12'] },
      { name: 'comes', addresses: ['192.0.2.13'] },
    ];
    await serve(stays);
    await serve(ends);
    await under.hears(...stays.addresses, ...ends.addresses);
    const all = await under.heard();
    const silences = () => under.logs().split('the Kubernetes API is not heard').length;
    const unheard = async (since: number) =>
      until(() => silences() > since, { what: 'a line in the log', explain: under.logs });
    const before = silences();
    await under.cluster.kill();
    await unheard(before);
    expect(await under.heard()).toEqual(all);
    const { establishedCount } = await under.router.session();
    const atRestart = silences();
    await under.vipcast.restart();
    await until(async () => (await under.router.session()).establishedCount > establishedCount, {
      what: 'the session again',
      timeout: 20_000,
      explain: under.logs,
    });
    await under.hears(...all);
    await unheard(atRestart);
    expect(await under.heard()).toEqual(all);
    await under.cluster.start();
    const events = JSON.stringify(await eventsOf('stays'));
    await serve(ends, []);
    await serve(comes);
    await under.hears(...comes.addresses);
    await under.misses(...ends.addresses);
    await under.hears(...stays.addresses);
    const { stdout } = await under.vipcast.cli('log', '-o', 'json');
    const withdrawn = stdout.split('\n').filter((line) => line.includes('"vip.Withdrawn"'));
    const about = (name: string) => withdrawn.filter((line) => line.includes(`"default/${name}"`));
    expect([about('stays').length, about('ends').length]).toEqual([0, 1]);
    // What did not change over the restart is not told again.
    expect(JSON.stringify(await eventsOf('stays'))).toBe(events);
  });
});
