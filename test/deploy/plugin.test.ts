import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../interop/node-binary.ts';
import { exec, type Outcome } from '../interop/process.ts';
import { type Cluster, startCluster } from '../kubernetes/api-server.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { namespace, node, serviceAccount } from '../kubernetes/objects.ts';
import { PROGRAMS } from '../setup/kubernetes.ts';
import { have } from '../setup/packages.ts';

const PLUGIN = join(ROOT, 'services', 'vipcast', 'bin', 'kubectl-vipcast');

/** A Pod of vipcast on a node, as its DaemonSet and kubelet would have it. */
const pod = (name: string, of: string, nodeName: string, phase = 'Running'): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: of, labels: { 'app.kubernetes.io/name': 'vipcast' } },
  spec: { nodeName, containers: [{ name: 'vipcast', image: 'vipcast' }] },
  status: { phase },
});

/** There is no kubelet here: what would be run in which Pod is seen, and not that it runs. */
describe.skipIf(!have('openssl', 'etcd', 'kube-apiserver', 'kubectl'))('kubectl vipcast', () => {
  let cluster: Cluster;
  let bin: string;
  let record: string;

  beforeAll(async () => {
    cluster = await startCluster();
    bin = join(cluster.folder, 'bin');
    record = join(cluster.folder, 'exec');
    await mkdir(bin);
    await symlink(PLUGIN, join(bin, 'kubectl-vipcast'));
    // The real kubectl, but for `exec`, which is written down.
    const real = `#!/bin/sh
      for word; do [ "$word" = exec ] && { printf '%s\\n' "$@" > ${record}; exit 0; }; done
      exec ${PROGRAMS.kubectl} "$@"`;
    await writeFile(join(bin, 'kubectl'), real);
    await chmod(join(bin, 'kubectl'), 0o755);
    const accounts = ['one', 'two'].map((of) => serviceAccount({ name: 'default', namespace: of }));
    await cluster.apply(namespace('one'), namespace('two'), ...accounts);
    for (const name of ['n1', 'n2', 'n3']) await cluster.apply(node({ name, addresses: ['10.0.0.1'] }));
    await cluster.apply(
      pod('vipcast-a', 'one', 'n1', 'Pending'),
      pod('vipcast-b', 'one', 'n2'),
      pod('vipcast-c', 'two', 'n3'),
    );
  });

  afterAll(() => cluster.stop());

  const kubectl = (...args: readonly string[]): Promise<Outcome> =>
    exec(null, ['kubectl', 'vipcast', ...args], {
      env: { PATH: `${bin}:${process.env.PATH}`, KUBECONFIG: cluster.kubeconfig },
    });

  it.each([
    [['peers'], 'one', 'vipcast-b', ['peers']],
    [
      ['-n', 'two', 'why', '192.0.2.10', '--node', 'n9'],
      'two',
      'vipcast-c',
      ['why', '192.0.2.10', '--node', 'n9'],
    ],
    [['--node', 'n3', 'log', '--since', '15m ago'], 'two', 'vipcast-c', ['log', '--since', '15m ago']],
  ])('%j is run in a Pod that runs', async (args, where, name, words) => {
    const { code, stderr } = await kubectl(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const asked = (await readFile(record, 'utf8')).trimEnd().split('\n');
    expect(asked).toEqual([
      'exec',
      `--namespace=${where}`,
      name,
      '--container=vipcast',
      '--',
      'vipcast',
      ...words,
    ]);
  });

  it('says what it looked for when there is no such Pod', async () => {
    expect(await kubectl('--node', 'n1', 'peers')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('no Pod of vipcast runs on node n1'),
    });
  });

  it('says what kubectl says when the API server does not answer', async () => {
    const { code, stderr } = await kubectl('--kubeconfig', join(cluster.folder, 'none'), 'peers');
    expect(code).toBe(4);
    expect(stderr).toMatch(/none|refused/);
  });

  it('asks for a command', async () => {
    for (const args of [[], ['-n'], ['--node', 'n1']])
      expect(await kubectl(...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^usage: /) });
  });
});
