import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Cluster, startCluster } from '../kubernetes/api-server.ts';
import { helm } from '../kubernetes/helm.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { namespace, serviceAccount } from '../kubernetes/objects.ts';
import { have } from '../setup/packages.ts';
import { CHART, podOf, RELEASE, render, valueFlags } from './chart.ts';
import { holdsRights, rightsOf } from './rights.ts';

const ACCOUNT = { name: RELEASE, namespace: RELEASE };
const AS = `--as=system:serviceaccount:${ACCOUNT.namespace}:${ACCOUNT.name}`;

const names = (list: string): readonly string[] => list.trim().split('\n').toSorted();

describe.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl', 'helm'))('installed', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterAll(() => cluster.stop());

  const upgrade = (values: object = {}): Promise<string> =>
    helm(
      ['upgrade', '--install', RELEASE, CHART, '-n', RELEASE, '--create-namespace', ...valueFlags(values)],
      cluster.kubeconfig,
    );

  const rights = (where: string) => rightsOf(cluster, ACCOUNT, where);

  /** What the account may do besides what every account may. */
  const granted = async (where: string): Promise<readonly string[]> => {
    const usual = await rightsOf(cluster, { name: 'nobody', namespace: 'default' }, where);
    return (await rights(where)).filter((row) => !usual.includes(row));
  };

  it('says the next three commands, and is what the API server takes', async () => {
    const notes = await upgrade();
    expect(notes).toMatch(/1\. .*BGPPeer.*2\. .*vipcast peers.*3\. .*vipcast why 192\.0\.2\.10/s);
    // What the notes say to type is a BGPPeer that the API server takes.
    const [, peer] = /<<EOF\n(.*?)\n\s*EOF/s.exec(notes)!;
    await cluster.kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(parse(peer!)));
    const daemons = JSON.parse(
      await cluster.kubectl(['-n', RELEASE, 'get', 'daemonset', RELEASE, '-o', 'json']),
    );
    expect(daemons.spec.template.spec.hostNetwork).toBe(true);
    expect(names(await cluster.kubectl(['get', 'crd', '-o', 'name']))).toHaveLength(3);
  });

  it('has the rights of the golden files, and no more where addresses are not given out', async () => {
    await upgrade({ 'config.kubernetes.allocate': true });
    holdsRights('rights-allocate.txt', await rights(RELEASE));
    await upgrade({ 'config.kubernetes.allocate': false });
    holdsRights('rights.txt', await rights(RELEASE));
    expect((await granted('default')).filter((row) => row.startsWith('leases'))).toEqual([]);
    await upgrade({ 'config.kubernetes.resources': false });
    expect(await granted(RELEASE)).toEqual([
      'endpointslices.discovery.k8s.io list,watch',
      'events create,patch',
      'nodes list,watch',
      'services list,watch',
    ]);
    await upgrade({ 'config.kubernetes.enabled': false });
    expect(await granted(RELEASE)).toEqual([]);
  });

  it('may read no Secret, and no other Pod', async () => {
    await upgrade();
    for (const what of ['secrets', 'pods', 'configmaps', 'pods/exec'])
      await expect(cluster.kubectl(['auth', 'can-i', 'get', what, AS, '-n', RELEASE])).rejects.toThrow('no');
  });

  const violations = async (level: string, values: object): Promise<string> => {
    const where = `pss-${level}`;
    const labels = { 'pod-security.kubernetes.io/enforce': level };
    await cluster.apply(
      { ...namespace(where), metadata: { name: where, labels } } as KubernetesObject,
      serviceAccount({ ...ACCOUNT, namespace: where }),
    );
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: podOf(await render(values)) };
    const create = ['-n', where, 'create', '--dry-run=server', '-f', '-'];
    return cluster.kubectl(create, JSON.stringify(pod)).catch(({ message }: Error) => message);
  };

  it.each([
    ['restricted', {}, 'host namespaces (hostNetwork=true)'],
    ['baseline', {}, 'host namespaces (hostNetwork=true)'],
    [
      'restricted',
      { 'config.bgp.listen': { address: '::' } },
      'host namespaces (hostNetwork=true), runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod must not set runAsUser=0)',
    ],
  ])('misses %s Pod Security, with %j, by this only: %s', async (level, values, missing) => {
    const said = await violations(level, values);
    const [, found] = /violates PodSecurity "\w+:latest": (.*?)\n?$/.exec(said) ?? [said];
    expect(found).toBe(missing);
  });

  it('is let in where Pod Security asks for nothing', async () => {
    expect(await violations('privileged', { 'journal.hostPath': '/var/lib/vipcast' })).toContain('created');
  });
});
