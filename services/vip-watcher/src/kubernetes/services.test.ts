import { createLogger } from '@vipcast/runtime';
import type { Input } from '@vipcast/vip';
import { type Advertisement, selectorOf, serviceSettings } from '@vipcast/vip/kubernetes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, startApi } from './api-fixture.ts';
import type { VipConclusion } from './notice.ts';
import { followServices, type Services } from './services.ts';
import type { ServicesConfig } from './settings.ts';

const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 10_000, interval: 10 });

let api: ApiFixture;
let services: Services | undefined;
let judged: Input[];

beforeEach(async () => {
  api = await startApi();
  judged = [];
  api.put('nodes', { metadata: { name: 'n7' } });
});
afterEach(async () => {
  services?.stop();
  await api.close();
});

const config = (more: Partial<ServicesConfig> = {}): ServicesConfig => ({
  kubeconfig: api.kubeconfig,
  sharedWatcher: false,
  settings: serviceSettings('n7'),
  advertisements: null,
  ...more,
});

const follow = (of = config(), before: readonly string[] = []) => {
  services = followServices({
    config: of,
    before: before.map((name) => ({ name, addresses: ['192.0.2.10'] })),
    logger: createLogger('silent'),
    version: 'test',
    confirmInterval: 20,
    onJudged: (inputs) => judged.push(...inputs),
  });
  return services;
};

/** Services of these names, each with a Pod; `default/a` unless told. */
const serve = (...names: readonly string[]) => {
  for (const each of names) {
    const [namespace = '', name = ''] = each.split('/');
    const ingress = [{ ip: `192.0.2.${10 + names.indexOf(each)}` }];
    api.put('endpointslices', {
      metadata: { namespace, name, labels: { 'kubernetes.io/service-name': name } } as never,
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.1'] }],
    } as never);
    api.put('services', {
      metadata: { namespace, name },
      spec: { type: 'LoadBalancer' },
      status: { loadBalancer: { ingress } },
    } as never);
  }
};

/** The last verdict on each VIP: its reason, with `-` before it when it is not advertised. */
const said = (): Record<string, string> =>
  Object.fromEntries(
    judged.flatMap((input) =>
      input.type === 'ServicesJudged'
        ? input.verdicts.map(({ vip, advertised, reason }) => [vip, `${advertised ? '' : '-'}${reason}`])
        : [],
    ),
  );
const types = () => judged.map(({ type }) => type);
const saysThat = (expected: Record<string, string>) => eventually(said).toEqual(expected);
const synced = () => eventually(types).toContain('ServicesSynced');

const selecting = (more: Partial<Advertisement>): Advertisement => ({
  name: 'some',
  ...{ serviceSelector: null, namespaces: null, namespaceSelector: null, addresses: null },
  ...more,
});

describe('Services that are followed', () => {
  it('are judged together once everything is listed, the Node first', async () => {
    serve('default/a', 'default/b');
    follow();
    await synced();
    expect(types()).toEqual(['NodeTold', 'ServicesJudged', 'ServicesSynced']);
    await saysThat({ 'default/a': 'endpoints', 'default/b': 'endpoints' });
    api.remove('services', 'default/b');
    await saysThat({ 'default/a': 'endpoints', 'default/b': '-deleted' });
  });

  it('are not judged while a part of them may not be listed', async () => {
    serve('default/a');
    api.forbid('endpointslices');
    const { silence } = follow(config(), ['default/a']);
    await eventually(silence).toMatchObject({ because: '403 Forbidden: endpointslices are forbidden' });
    await eventually(types).toEqual(['NodeTold']);
    api.forbid(undefined);
    await saysThat({ 'default/a': 'endpoints' });
    await eventually(silence).toBeUndefined();
  });

  it('that most lists lack are held, and let go after three more lists', async () => {
    serve('default/a', 'default/b', 'default/c');
    api.hide(Number.POSITIVE_INFINITY);
    follow(config(), ['default/a', 'default/b', 'default/c']);
    await synced();
    expect(judged[1]).toMatchObject({
      verdicts: [{ reason: 'held' }, { reason: 'held' }, { reason: 'held' }],
    });
    await saysThat({ 'default/a': '-deleted', 'default/b': '-deleted', 'default/c': '-deleted' });
    expect(api.lists('services')).toBe(4);
    expect(api.lists('endpointslices')).toBe(4);
  });

  it('that come back while they are held were never gone', async () => {
    serve('default/a', 'default/b', 'default/c');
    api.hide(3);
    follow(config(), ['default/a', 'default/b', 'default/c']);
    await saysThat({ 'default/a': 'endpoints', 'default/b': 'endpoints', 'default/c': 'endpoints' });
    expect(
      judged.flatMap((input) => (input.type === 'ServicesJudged' ? input.verdicts : [])),
    ).not.toContainEqual(expect.objectContaining({ advertised: false }));
  });

  it('follow settings and another namespace', async () => {
    serve('default/a', 'shop/b');
    const { configure } = follow();
    await saysThat({ 'default/a': 'endpoints', 'shop/b': 'endpoints' });
    const settings = { ...serviceSettings('n7'), loadBalancerClass: 'x' };
    configure(config({ settings }), undefined);
    expect(said()).toEqual({ 'default/a': '-class-mismatch', 'shop/b': '-class-mismatch' });
    configure(config({ settings: { ...serviceSettings('n7'), namespace: 'shop' } }), undefined);
    await saysThat({ 'default/a': '-namespace-filtered', 'shop/b': 'endpoints' });
  });

  it('tell at the Service what was concluded, and what was concluded last while nobody heard', async () => {
    serve('default/a');
    const { tell, silence } = follow();
    await synced();
    const conclusion: VipConclusion = {
      type: 'Advertised',
      vip: 'default/a',
      source: 'kubernetes',
      reason: 'endpoints',
      because: 'so',
      addresses: ['192.0.2.10'],
    };
    tell(conclusion);
    await eventually(() => api.written).toMatchObject([{ reason: 'Endpoints' }]);
    api.forbid('services');
    api.endWatches();
    await eventually(silence).toBeDefined();
    tell({ ...conclusion, reason: 'local-endpoints' });
    tell({ ...conclusion, reason: 'terminating-endpoints' });
    api.forbid(undefined);
    await eventually(silence).toBeUndefined();
    await expect
      .poll(() => api.written.map(({ reason }) => reason))
      .toEqual(['Endpoints', 'TerminatingEndpoints']);
  });
});

describe('advertisements', () => {
  const team = (name: string, labels: object) =>
    api.put('namespaces', { metadata: { name, labels } as never });
  const ofA = selecting({ namespaceSelector: selectorOf({ matchLabels: { team: 'a' } }) });

  it('narrow what is announced, and are not in use when there are none', async () => {
    serve('default/a', 'shop/b');
    const { configure } = follow(config({ advertisements: [selecting({ namespaces: ['shop'] })] }));
    await saysThat({ 'default/a': '-no-advertisement', 'shop/b': 'endpoints' });
    configure(config({ advertisements: [] }), undefined);
    expect(said()).toEqual({ 'default/a': '-no-advertisement', 'shop/b': '-no-advertisement' });
    configure(config(), undefined);
    expect(said()).toEqual({ 'default/a': 'endpoints', 'shop/b': 'endpoints' });
    expect(api.lists('namespaces')).toBe(0);
  });

  it('that select namespaces by labels wait until these are known', async () => {
    serve('default/a', 'shop/b');
    team('shop', { team: 'a' });
    team('default', {});
    const { configure } = follow();
    await saysThat({ 'default/a': 'endpoints', 'shop/b': 'endpoints' });
    configure(config({ advertisements: [ofA] }), undefined);
    expect(said()).toEqual({ 'default/a': 'endpoints', 'shop/b': 'endpoints' });
    await saysThat({ 'default/a': '-no-advertisement', 'shop/b': 'endpoints' });
    team('default', { team: 'a' });
    await saysThat({ 'default/a': 'endpoints', 'shop/b': 'endpoints' });
    configure(config(), undefined);
    team('shop', {});
    configure(config({ advertisements: [ofA] }), undefined);
    await saysThat({ 'default/a': 'endpoints', 'shop/b': '-no-advertisement' });
  });

  it('that go, with namespaces that cannot be listed, leave nothing to wait for', async () => {
    serve('default/a');
    api.forbid('namespaces');
    const { configure, silence } = follow(config({ advertisements: [ofA] }));
    await eventually(silence).toMatchObject({ because: '403 Forbidden: namespaces are forbidden' });
    await eventually(() => api.lists('services') + api.lists('endpointslices')).toBe(2);
    expect(said()).toEqual({});
    configure(config(), undefined);
    await saysThat({ 'default/a': 'endpoints' });
    await eventually(silence).toBeUndefined();
  });

  it('that select namespaces by labels are there from the start', async () => {
    serve('default/a');
    team('default', { team: 'a' });
    follow(config({ advertisements: [ofA] }), ['default/a']);
    await synced();
    expect(said()).toEqual({ 'default/a': 'endpoints' });
    expect(judged).not.toContainEqual(
      expect.objectContaining({ verdicts: [expect.objectContaining({ advertised: false })] }),
    );
  });
});
