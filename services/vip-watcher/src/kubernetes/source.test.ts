import { stamp } from '@vipcast/events';
import { type Log, memoryLog } from '@vipcast/log';
import { createClock, createLogger } from '@vipcast/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startVipWatcher, type VipWatcher } from '../vip-watcher.ts';
import { type ApiFixture, startApi } from './api-fixture.ts';

const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 10_000, interval: 10 });
const clock = createClock();
let api: ApiFixture;
let log: Log;
let watcher: VipWatcher | undefined;

const start = (): void => {
  watcher = startVipWatcher({ log, cluster: 'prod', node: 'n7', logger: createLogger('silent') });
};
const stop = async (): Promise<void> => {
  await watcher?.stop();
  watcher = undefined;
};

const usual = {
  ...{ enabled: true, loadBalancerClass: null, alsoWithoutClass: false, namespace: null, externalIPs: false },
  ...{ drainTaints: ['vipcast.io/drain'], drainOnCordon: false },
};
const configure = (kubernetes: object) => {
  const config = { vips: [], kubernetes: { kubeconfig: api.kubeconfig, ...usual, ...kubernetes } };
  const data = { file: 'vipcast.yaml', digest: '', plan: [], config };
  const about = { cluster: 'prod', node: 'n7', id: clock.uuid(), at: clock.wall() };
  return log.writer('n7/test').append([stamp({ type: 'node.ConfigApplied', of: 'n7', data }, about)])[0];
};

const facts = () => [...log.read()].filter(({ writer }) => writer === 'n7/vip-watcher');
const lines = () =>
  facts().map(({ type, data }) =>
    'vip' in data && 'reason' in data ? `${type} ${data.vip} ${data.reason}` : type,
  );

const node = (...taints: readonly object[]) =>
  api.put('nodes', { metadata: { name: 'n7' }, spec: { taints } } as never);
const service = (name: string, ...ips: readonly string[]) =>
  api.put('services', {
    metadata: { namespace: 'default', name },
    spec: { type: 'LoadBalancer' },
    status: { loadBalancer: { ingress: ips.map((ip) => ({ ip })) } },
  } as never);

beforeEach(async () => {
  api = await startApi();
  log = memoryLog();
  node();
  service('web', '192.0.2.10');
  api.put('endpointslices', {
    metadata: { namespace: 'default', name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
  } as never);
});
afterEach(async () => {
  await stop();
  await api.close();
});

const ADVERTISED = 'vip.Advertised default/web endpoints';

it('follows Services while it is enabled', async () => {
  start();
  configure({});
  await eventually(lines).toEqual([ADVERTISED]);
  expect(facts()[0]?.data).toMatchObject({ source: 'kubernetes', object: 'Service default/web' });
  configure({ enabled: false });
  await eventually(lines).toEqual([ADVERTISED, 'vip.Withdrawn default/web removed-from-config']);
  configure({});
  await eventually(() => lines().slice(2)).toEqual([ADVERTISED]);
});

it('names the configuration that changed what is announced', async () => {
  start();
  configure({});
  await eventually(lines).toHaveLength(1);
  const change = configure({ loadBalancerClass: 'other' });
  await eventually(lines).toHaveLength(2);
  expect(facts()[1]).toMatchObject({ causationId: change?.id, data: { reason: 'class-mismatch' } });
});

it('says and tells nothing after a restart when nothing changed', async () => {
  configure({});
  start();
  await eventually(() => api.written).toHaveLength(1);
  await stop();
  start();
  service('later');
  await eventually(lines).toEqual([ADVERTISED, 'vip.Withheld default/later no-address']);
  await eventually(() => api.written.map(({ reason }) => reason)).toEqual(['Endpoints', 'NoAddress']);
});

it('ends with Kubernetes a drain that its Node wished for', async () => {
  start();
  node({ key: 'vipcast.io/drain', effect: 'NoSchedule' });
  configure({});
  await eventually(lines).toEqual(['node.Drained', 'vip.Withheld default/web drained']);
  configure({ enabled: false });
  await eventually(() => lines().slice(2)).toContain('node.Undrained');
});
