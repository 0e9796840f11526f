import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { type Receiver, startReceiver } from '../interop/receiver.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { startVipcast } from '../interop/vipcast.ts';
import { type Cluster, startCluster } from '../kubernetes/api-server.ts';
import { helm } from '../kubernetes/helm.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { endpointSlices, node, service } from '../kubernetes/objects.ts';
import { acceptedOn, vipcastObject } from '../kubernetes/resources.ts';
import { have } from '../setup/packages.ts';
import { type Audit, prepareAudit } from './audit.ts';
import { CHART, configurationOf, RELEASE, render, valueFlags } from './chart.ts';
import { rightsOf } from './rights.ts';

const ACCOUNT = { name: RELEASE, namespace: RELEASE };
const PATIENCE = { timeout: 40_000 };

describe.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl', 'helm'))("the account's rights", () => {
  let folder: string;
  let audit: Audit;
  let cluster: Cluster;
  let router: Receiver;

  beforeAll(async () => {
    folder = await scratch('audit');
    audit = await prepareAudit(folder, `system:serviceaccount:${RELEASE}:${RELEASE}`);
    cluster = await startCluster({ flags: audit.flags });
    router = await startReceiver({
      ...{ localASN: 65001, routerId: '10.0.0.1', address: '127.0.0.1', port: 0, holdTime: 9 },
    });
  });

  afterAll(async () => {
    await router?.[Symbol.asyncDispose]();
    await cluster?.stop();
    await discard(folder);
  });

  /** The account's kubeconfig, in the namespace that its Pods are in. */
  const kubeconfig = async (): Promise<string> => {
    const file = await cluster.userKubeconfig(ACCOUNT);
    const { contexts, ...rest } = JSON.parse(await readFile(file, 'utf8'));
    contexts[0].context.namespace = RELEASE;
    await writeFile(file, JSON.stringify({ ...rest, contexts }));
    return file;
  };

  /** What the account may do besides what every account may, a verb each. */
  const granted = async (): Promise<readonly string[]> => {
    const usual = await rightsOf(cluster, { name: 'nobody', namespace: 'default' }, RELEASE);
    return (await rightsOf(cluster, ACCOUNT, RELEASE))
      .filter((row) => !usual.includes(row))
      .flatMap((row) => {
        const [what, verbs] = row.split(' ') as [string, string];
        return verbs.split(',').map((verb) => `${what} ${verb}`);
      });
  };

  it('are enough for all that vipcast does, and it uses each', { timeout: 120_000 }, async () => {
    const values = { 'config.kubernetes.allocate': true };
    await helm(
      ['install', RELEASE, CHART, '-n', RELEASE, '--create-namespace', ...valueFlags(values)],
      cluster.kubeconfig,
    );
    const { status: _, ...wish } = service({ name: 'web', families: ['IPv4'] });
    const objects = {
      peer: vipcastObject('BGPPeer', 'tor1', { address: '127.0.0.1', port: router.port, peerASN: 65001 }),
      pool: vipcastObject('VIPPool', 'public', { addresses: ['192.0.2.0/24'] }),
      advertisement: vipcastObject('BGPAdvertisement', 'all', {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
      }),
    };
    await cluster.apply(
      node({ name: 'n1', addresses: ['10.0.0.1'] }),
      ...Object.values(objects),
      wish as KubernetesObject,
    );
    const serve = (ready: boolean) => {
      const pod = { node: 'n1', addresses: ['10.244.0.5'], ready };
      return cluster.apply(...endpointSlices({ name: 'web' }, [pod], ['IPv4']));
    };
    await serve(true);
    const settings = {
      'config.kubernetes': { enabled: true, allocate: true, kubeconfig: await kubeconfig() },
      'config.bgp': { localASN: 65000, routerID: '10.0.0.7', connectRetryTime: '1s' },
      'config.lookingGlass': null,
    };
    const { text } = configurationOf(await render(settings));
    await using vipcast = await startVipcast(null, `node: n1\n${text}`);
    const said = { ...PATIENCE, explain: () => vipcast.stdout() + vipcast.stderr() };
    const updates = (kind: 'announced' | 'withdrawn') =>
      router.updates.filter(({ count }) => count[kind].ipv4 > 0).length;
    await until(() => updates('announced') > 0, { what: 'the route', ...said });
    // What is told a second time is counted in the Event that is there.
    await serve(false);
    await until(() => updates('withdrawn') > 0, { what: 'the end of the route', ...said });
    await serve(true);
    for (const object of Object.values(objects))
      await until(async () => (await acceptedOn(cluster, object)).status === 'True', {
        what: `${object.kind} to be accepted`,
        ...said,
      });
    const rights = await granted();
    await until(() => rights.every((right) => audit.asked().has(right)), {
      what: 'each right to be used',
      ...PATIENCE,
      explain: () => `never used: ${rights.filter((right) => !audit.asked().has(right)).join(', ')}`,
    });
    expect([...audit.forbidden()]).toEqual([]);
    expect([...audit.asked()].filter((what) => !rights.includes(what))).toEqual([]);
  });
});
