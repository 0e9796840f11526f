import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../kubernetes/api-server.ts';
import { have } from '../setup/packages.ts';
import { configurationOf, MANIFESTS, podOf, RELEASE } from './chart.ts';
import { holdsRights, rightsOf } from './rights.ts';

describe.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl'))('applied with kustomize', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterAll(() => cluster.stop());

  const apply = (folder: string): Promise<string> =>
    cluster.kubectl(['apply', '--server-side', '-k', join(MANIFESTS, folder)]);

  const read = async (kind: string) =>
    JSON.parse(await cluster.kubectl(['-n', RELEASE, 'get', kind, RELEASE, '-o', 'json']));

  it('has the rights that the chart gives, and an overlay brings its own configuration', async () => {
    await apply('base');
    holdsRights('rights.txt', await rightsOf(cluster, { name: RELEASE, namespace: RELEASE }, RELEASE));
    const { spec } = await read('daemonset');
    await apply('example');
    const written = readFileSync(join(MANIFESTS, 'example', 'vipcast.yaml'), 'utf8');
    expect(configurationOf([await read('configmap')]).text).toBe(written);
    const overlaid = await read('daemonset');
    expect(overlaid.spec).toEqual(spec);
    expect(podOf([overlaid]).volumes[0]).toMatchObject({
      projected: { sources: [{ configMap: { name: RELEASE } }] },
    });
  });

  it('makes a namespace that lets its Pods in', async () => {
    await apply('base');
    const { metadata } = JSON.parse(await cluster.kubectl(['get', 'namespace', RELEASE, '-o', 'json']));
    expect(metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'privileged',
      'pod-security.kubernetes.io/audit': 'restricted',
    });
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: podOf([await read('daemonset')]),
    };
    const create = ['-n', RELEASE, 'create', '--dry-run=server', '-f', '-'];
    expect(await cluster.kubectl(create, JSON.stringify(pod))).toContain('pod/p created');
  });
});
