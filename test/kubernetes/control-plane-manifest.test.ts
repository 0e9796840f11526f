import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@vipcast/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { exec } from '../interop/process.ts';
import { have } from '../setup/packages.ts';
import { type Cluster, startCluster } from './api-server.ts';
import { namespace, serviceAccount } from './objects.ts';

const FOLDER = join(ROOT, 'deploy', 'control-plane');
const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');

const pod = async () => parse(await readFile(join(FOLDER, 'vipcast-pod.yaml'), 'utf8'));
const configText = (): Promise<string> => readFile(join(FOLDER, 'vipcast.yaml'), 'utf8');

describe('the manifest and the configuration beside it', () => {
  it('are what the command takes', async () => {
    const { code, stderr } = await exec(null, [NODE, MAIN, 'check', join(FOLDER, 'vipcast.yaml')]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/vipcast\.yaml is valid;[^\n]*\n$/)]);
  });

  it('fit each other', async () => {
    const loaded = loadConfig(await configText(), { file: '', env: { hostName: 'n1' } });
    if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
    const { vips, lookingGlass, log } = loaded.config;
    const { spec } = await pod();
    const [container] = spec.containers;
    const mounted = container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
    const check = vips[0]?.healthCheck;
    if (check?.kind !== 'http') throw new Error('no http check');
    expect(spec.hostAliases[0]).toEqual({ ip: '127.0.0.1', hostnames: [new URL(check.target).hostname] });
    expect(mounted).toContain(check.ca);
    expect(mounted).toContain(log.journal.replace(/\/[^/]+$/, ''));
    expect(mounted).toContain(container.args.at(-1).replace(/\/[^/]+$/, ''));
    for (const probe of [container.livenessProbe, container.readinessProbe])
      expect(`${probe.httpGet.host}:${probe.httpGet.port}`).toBe(lookingGlass?.listen);
    // A round that a probe outlasts is left out: a frozen API server would be noticed in twice the time.
    expect(check.timeout).toBeLessThan(check.interval);
  });
});

describe.skipIf(!have('kube-apiserver', 'etcd', 'kubectl', 'openssl'))('an API server', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.apply(
      namespace('kube-system'),
      serviceAccount({ name: 'default', namespace: 'kube-system' }),
    );
  });
  afterAll(() => cluster?.stop());

  /** Shows it a static Pod as kubelet does: a mirror, which may not lean on the API. */
  const show = async (change: object = {}): Promise<string> => {
    const manifest = await pod();
    const mirror = {
      ...manifest,
      metadata: { ...manifest.metadata, annotations: { 'kubernetes.io/config.mirror': 'hash' } },
      spec: { ...manifest.spec, nodeName: 'n1', ...change },
    };
    const args = ['create', '--dry-run=server', '--validate=strict', '-o', 'name', '-f', '-'];
    return cluster.kubectl(args, JSON.stringify(mirror));
  };

  it('takes the manifest as a static Pod', async () => {
    expect(await show()).toBe('pod/vipcast\n');
  });

  it('would not take one that leans on it', async () => {
    await expect(show({ serviceAccountName: 'vipcast' })).rejects.toThrow(/mirror pod/);
    const secret = { name: 'configuration', secret: { secretName: 'vipcast' } };
    await expect(show({ volumes: [secret] })).rejects.toThrow(/mirror pod|Secret/i);
    await expect(show({ hostnetwork: true })).rejects.toThrow(/unknown field/);
  });
});
