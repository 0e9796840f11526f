import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAMILIES } from '@vipcast/net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNetwork, type Network } from '../interop/namespace.ts';
import { NODE, ROOT } from '../interop/node-binary.ts';
import { until } from '../interop/poll.ts';
import { exec } from '../interop/process.ts';
import { startFrr } from '../interop/routers/frr.ts';
import type { Router } from '../interop/routers/router.ts';
import { discard, scratch } from '../interop/scratch.ts';
import { startVipcast, type Vipcast } from '../interop/vipcast.ts';
import { have } from '../setup/packages.ts';

const MAIN = join(ROOT, 'services', 'vipcast', 'src', 'main.ts');
const VIP = '192.168.0.40';

/** As kube-vip's generator writes a static Pod for a control plane over BGP, with these settings more. */
const manifest = (router: string, more: Readonly<Record<string, string>> = {}): string => {
  const settings = {
    vip_arp: 'false',
    port: '6443',
    vip_interface: 'lo',
    vip_subnet: '32',
    dns_mode: 'first',
    cp_enable: 'true',
    cp_namespace: 'kube-system',
    bgp_enable: 'true',
    bgp_routerid: '10.0.0.2',
    bgp_as: '65000',
    bgp_peeras: '65000',
    bgp_peers: `${router}:65001::false`,
    address: VIP,
    prometheus_server: ':2112',
    ...more,
  };
  const env = [
    { name: 'vip_nodename', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    { name: 'bgp_peeraddress' },
    { name: 'bgp_peerpass' },
    ...Object.entries(settings).map(([name, value]) => ({ name, value })),
  ];
  const image = 'ghcr.io/kube-vip/kube-vip:v1.2.0';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'kube-vip', namespace: 'kube-system' },
    spec: {
      containers: [{ name: 'kube-vip', image, args: ['manager'], env }],
      hostAliases: [{ hostnames: ['kubernetes'], ip: '127.0.0.1' }],
      hostNetwork: true,
    },
  });
};

describe.skipIf(!have('namespaces', 'iproute2', 'frr'))("kube-vip's static Pod", () => {
  let cleanup = new AsyncDisposableStack();
  let network: Network<'router' | 'node'>;
  let router: Router;

  beforeEach(async () => {
    cleanup = new AsyncDisposableStack();
    network = cleanup.use(await createNetwork('router', 'node'));
    const { router: host, node } = network.hosts;
    const neighbor = { address: node.ipv4, localAddress: host.ipv4, peerASN: 65000, passive: true };
    const neighbors = [{ ...neighbor, families: FAMILIES }];
    router = cleanup.use(await startFrr(host, { localASN: 65001, routerId: host.ipv4, neighbors }));
  });
  afterEach(() => cleanup.disposeAsync());

  const imported = async (more?: Readonly<Record<string, string>>): Promise<string> => {
    const folder = await scratch('import');
    cleanup.defer(() => discard(folder));
    const file = join(folder, 'kube-vip.yaml');
    await writeFile(file, manifest(network.hosts.router.ipv4, more));
    const { code, stdout, stderr } = await exec(null, [NODE, MAIN, 'import', 'kube-vip', file]);
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };
  const start = async (yaml: string): Promise<Vipcast> =>
    cleanup.use(await startVipcast(network.hosts.node.namespace, yaml));
  const prefixes = async (): Promise<readonly string[]> =>
    (await router.routes('ipv4-unicast')).map(({ prefix }) => prefix);

  it('announces its address after the import', async () => {
    const yaml = await imported();
    expect(yaml).toContain('announced whether or not the API server answers');
    const vipcast = await start(yaml);
    await until(async () => (await prefixes()).join() === `${VIP}/32`, {
      what: 'the address',
      timeout: 30_000,
      explain: vipcast.stderr,
    });
    const { stdout } = await exec(network.hosts.node.namespace, ['ip', 'addr', 'show', 'dev', 'lo']);
    expect(stdout).toContain(VIP);
  });

  it('keeps its health check', async () => {
    const yaml = await imported({
      control_plane_health_check_address: 'https://localhost:6443/livez',
      control_plane_health_check_period_seconds: '1',
      control_plane_health_check_timeout_seconds: '1',
      control_plane_health_check_ca_path: '/dev/null',
    });
    expect(yaml).not.toContain('whether or not');
    const vipcast = await start(yaml);
    await until(async () => (await router.session()).state === 'Established', {
      what: 'the session',
      timeout: 30_000,
      explain: vipcast.stderr,
    });
    await until(
      async () => {
        const [vip] = JSON.parse((await vipcast.cli('vips', '-o', 'json')).stdout).items;
        return vip.state === 'withheld' && /connection refused/.test(vip.because);
      },
      { what: 'the reason', timeout: 20_000, explain: vipcast.stderr },
    );
    expect(await prefixes()).toEqual([]);
  });
});
