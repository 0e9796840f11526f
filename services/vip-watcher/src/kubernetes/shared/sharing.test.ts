import type { RecordedFact } from '@vipcast/events';
import { systemClock } from '@vipcast/kubernetes';
import { type Log, memoryLog } from '@vipcast/log';
import { createLogger } from '@vipcast/runtime';
import type { Input } from '@vipcast/vip';
import { selectorOf, serviceSettings } from '@vipcast/vip/kubernetes';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApiFixture, startApi } from '../api-fixture.ts';
import { followServices, type Services } from '../services.ts';
import type { ServicesConfig } from '../settings.ts';
import type { Company } from './company.ts';
import { createSharing, type Sharing } from './sharing.ts';
import type { SharingTimes } from './times.ts';

const TIMES: SharingTimes = {
  look: 10,
  settle: 30,
  unheard: 150,
  rest: 200,
  nobody: 500,
  apart: 60,
  spacing: 20,
  ask: 60,
};

const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 10_000, interval: 10 });

interface Node {
  readonly services: Services;
  readonly sharing: () => Sharing;
  readonly judged: readonly Input[];
  /** Whether its log is everybody's. */
  isShared: boolean;
}

let api: ApiFixture;
let everybodys: Log;
let nodes: Map<string, Node>;

beforeEach(async () => {
  api = await startApi();
  everybodys = memoryLog();
  nodes = new Map();
});
afterEach(async () => {
  for (const { services } of nodes.values()) services.stop();
  await api.close();
});

const config = (node: string): ServicesConfig => ({
  kubeconfig: api.kubeconfig,
  sharedWatcher: true,
  settings: serviceSettings(node),
  advertisements: null,
});

/** A log in which one may not hear of something. */
const without = (isMissed: (fact: RecordedFact) => boolean): Log => ({
  ...everybodys,
  follow: (options, onFacts) =>
    everybodys.follow(options, (facts) => onFacts(facts.filter((fact) => !isMissed(fact)))),
});

/** Starts a node; all have the same log, as if everything arrived at once. */
const start = (name: string, before: readonly string[] = [], log = everybodys): Node => {
  api.put('nodes', { metadata: { name } });
  const judged: Input[] = [];
  const logger = createLogger('silent');
  let sharing: Sharing | undefined;
  const isShared = (): boolean => nodes.get(name)?.isShared ?? true;
  const company: Company = {
    isShared,
    isCaughtUp: isShared,
    isPresent: (other) => nodes.has(other),
    look: () => undefined,
    close: () => undefined,
  };
  const services = followServices({
    ...{ config: config(name), logger, version: 'test', confirmInterval: 20 },
    before: before.map((each) => ({ name: each, addresses: ['192.0.2.10'] })),
    onJudged: (inputs) => judged.push(...inputs),
    share: (listeners) => {
      sharing = createSharing(
        { log, company, cluster: 'test', node: name, logger, clock: systemClock, times: TIMES },
        listeners,
      );
      return sharing;
    },
  });
  const node: Node = { services, judged, isShared: true, sharing: () => sharing! };
  nodes.set(name, node);
  return node;
};

const serve = (...names: readonly string[]) => {
  for (const name of names) {
    const metadata = { namespace: 'default', name };
    const labels = { 'kubernetes.io/service-name': name };
    api.put('endpointslices', {
      metadata: { ...metadata, labels } as never,
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.1'] }],
    } as never);
    api.put('services', {
      metadata,
      spec: { type: 'LoadBalancer' },
      status: { loadBalancer: { ingress: [{ ip: `192.0.2.${name.charCodeAt(0) - 87}` }] } },
    } as never);
  }
};

/** The last verdict on each VIP: its reason, with `-` before it when it is not advertised. */
const said = ({ judged }: Node): Record<string, string> =>
  Object.fromEntries(
    judged.flatMap((input) =>
      input.type === 'ServicesJudged'
        ? input.verdicts.map(({ vip, advertised, reason }) => [vip, `${advertised ? '' : '-'}${reason}`])
        : [],
    ),
  );

/** VIPs that were advertised, and then were not. */
const withdrawn = ({ judged }: Node): readonly string[] => {
  const advertised = new Set<string>();
  const verdicts = judged.flatMap((input) => (input.type === 'ServicesJudged' ? input.verdicts : []));
  return verdicts.flatMap((verdict) => {
    if (verdict.advertised) advertised.add(verdict.vip);
    return !verdict.advertised && advertised.has(verdict.vip) ? [verdict.vip] : [];
  });
};

const A = { 'default/a': 'endpoints' };
const AB = { ...A, 'default/b': 'endpoints' };
/** Waits until all is watched as often; what happens before that, the API server here tells nobody. */
const watched = async (times: number): Promise<void> => {
  for (const plural of ['services', 'endpointslices'] as const)
    await eventually(() => api.watches(plural)).toBe(times);
};
const factsOf = (type: string) => [...everybodys.read()].filter((fact) => fact.type === type);
const watcher = () => factsOf('kubernetes.TermBegan').at(-1)?.writer;

it('lists once for all', async () => {
  serve('a');
  const all = ['n1', 'n2', 'n3'].map((name) => start(name));
  for (const node of all) await eventually(() => said(node)).toEqual(A);
  await watched(1);
  serve('b');
  for (const node of all) await eventually(() => said(node)).toEqual(AB);
  api.remove('services', 'default/b');
  for (const node of all) await eventually(() => said(node)).toEqual({ ...A, 'default/b': '-deleted' });
  expect([api.lists('services'), watcher()]).toEqual([1, 'n1/shared-watcher']);
  expect(all.map(({ services }) => services.silence())).toEqual([undefined, undefined, undefined]);
});

it('goes on with another node, once the first is gone', async () => {
  serve('a');
  const [, second] = [start('n1'), start('n2')];
  await eventually(() => said(second)).toEqual(A);
  nodes.get('n1')!.services.stop();
  nodes.delete('n1');
  await eventually(watcher).toBe('n2/shared-watcher');
  await watched(1);
  serve('b');
  await eventually(() => said(second)).toEqual(AB);
  expect(withdrawn(second)).toEqual([]);
});

it('is passed on by a node that does not hear the API server', async () => {
  serve('a');
  const [first, second] = [start('n1'), start('n2')];
  await eventually(() => said(second)).toEqual(A);
  api.forbid('services');
  api.endWatches();
  await eventually(() => factsOf('kubernetes.TermEnded').length).toBeGreaterThan(0);
  await eventually(() => second.services.silence()).toBeDefined();
  api.forbid(undefined);
  await eventually(() => said(first)).toEqual(A);
  for (const node of [first, second]) await eventually(() => node.sharing().source()).toBe('log');
  await eventually(() => second.services.silence()).toBeUndefined();
  await watched(1);
  serve('b');
  for (const node of [first, second]) await eventually(() => said(node)).toEqual(AB);
  for (const node of [first, second]) expect(withdrawn(node)).toEqual([]);
});

it('is each node itself without the log, until a list tells that what it says is new', async () => {
  serve('a');
  const [, second] = [start('n1'), start('n2')];
  await eventually(() => said(second)).toEqual(A);
  second.isShared = false;
  await eventually(() => second.sharing().source()).toBe('api');
  await watched(2);
  serve('b');
  await eventually(() => said(second)).toEqual(AB);
  second.isShared = true;
  await eventually(() => second.sharing().source()).toBe('log');
  expect(factsOf('kubernetes.ListRequested').length).toBeGreaterThan(0);
  await eventually(() => said(second)).toEqual(AB);
  expect(withdrawn(second)).toEqual([]);
});

it('confirms what is held by lists that were asked for', async () => {
  serve('a', 'b', 'c');
  const held = ['default/a', 'default/b', 'default/c'];
  api.hide(Number.POSITIVE_INFINITY);
  start('n1');
  const second = start('n2', held);
  const verdict = (reason: string) => Object.fromEntries(held.map((each) => [each, reason]));
  await eventually(() => said(second)).toEqual(verdict('held'));
  await expect.poll(() => said(second), { timeout: 10_000 }).toEqual(verdict('-deleted'));
  expect(api.lists('services')).toBeGreaterThanOrEqual(4);
});

it('is heard at once by who joins later, without a list', async () => {
  serve('a');
  const first = start('n1');
  await eventually(() => said(first)).toEqual(A);
  await watched(1);
  serve('b');
  await eventually(() => said(first)).toEqual(AB);
  const late = start('n2');
  await eventually(() => said(late)).toEqual(AB);
  expect(api.lists('services')).toBe(1);
});

it('is told all of it anew, when a node has missed something', async () => {
  serve('a');
  api.put('nodes', { metadata: { name: 'n2' } });
  const first = start('n1');
  await eventually(() => said(first)).toEqual(A);
  await watched(1);
  let missed = 0;
  const deaf = without(({ type }) => type === 'kubernetes.Changed' && missed++ === 0);
  const second = start('n2', [], deaf);
  await eventually(() => said(second)).toEqual(A);
  serve('b');
  await eventually(() => said(second)).toEqual(AB);
  expect([factsOf('kubernetes.TermBegan').length, withdrawn(second)]).toEqual([2, []]);
});

it('may be wished for, and not any more, while it runs', async () => {
  serve('a');
  const [first, second] = [start('n1'), start('n2')];
  await eventually(() => said(second)).toEqual(A);
  second.services.configure({ ...config('n2'), sharedWatcher: false }, undefined);
  await watched(2);
  second.services.configure(config('n2'), undefined);
  await eventually(() => second.sharing().source()).toBe('log');
  await watched(1);
  serve('b');
  for (const node of [first, second]) await eventually(() => said(node)).toEqual(AB);
  expect(withdrawn(second)).toEqual([]);
});

it('tells of namespaces where they are wanted; who alone wants them watches for itself', async () => {
  const labels = { team: 'a' };
  const advertisements = [
    {
      name: 'some',
      ...{ serviceSelector: null, namespaces: null, addresses: null },
      namespaceSelector: selectorOf({ matchLabels: labels }),
    },
  ];
  const byLabel = (node: string) => ({ ...config(node), advertisements });
  serve('a');
  api.put('namespaces', { metadata: { name: 'default', labels } as never });
  const [first, second] = [start('n1'), start('n2')];
  await eventually(() => said(second)).toEqual(A);
  second.services.configure(byLabel('n2'), undefined);
  await eventually(() => second.sharing().source()).toBe('api');
  first.services.configure(byLabel('n1'), undefined);
  for (const node of [first, second]) await eventually(() => node.sharing().source()).toBe('log');
  await eventually(() => api.watches('namespaces')).toBe(1);
  api.put('namespaces', { metadata: { name: 'default', labels: {} } as never });
  const none = { 'default/a': '-no-advertisement' };
  for (const node of [first, second]) await eventually(() => said(node)).toEqual(none);
});
