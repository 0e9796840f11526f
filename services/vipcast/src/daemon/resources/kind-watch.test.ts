import type { Answer, Clock, Cluster, KubernetesObject, Request } from '@vipcast/kubernetes';
import { expect, it } from 'vitest';
import { watchKind } from './kind-watch.ts';
import { OUR_KINDS } from './kinds.ts';

const error = (status: number): Answer => ({
  ok: false,
  error: { status, reason: `r${status}`, message: 'm', retryAfter: undefined },
});
const LIST = {
  kind: 'List',
  metadata: { resourceVersion: '7' },
  items: [{ metadata: { name: 'tor1', uid: 'u' } }],
};

/** A watch of BGPPeers against answers in turn; time passes when told. */
const watching = (answers: readonly Answer[], known: boolean) => {
  const left = [...answers];
  const asked: Request[] = [];
  const told: string[] = [];
  const waiting: { ms: number; run: () => void }[] = [];
  const clock: Clock = {
    wall: () => 0,
    monotonic: () => 0,
    random: () => 0.5,
    after: (ms, run) => {
      const entry = { ms, run };
      waiting.push(entry);
      return () => void waiting.splice(waiting.indexOf(entry), 1);
    },
  };
  const cluster: Cluster = {
    server: '',
    request: async (request) => {
      asked.push(request);
      return left.shift() ?? { ok: true, status: 200, body: LIST };
    },
    stream: () => () => undefined,
    close: () => undefined,
  };
  const { stop } = watchKind<string>(
    {
      ...{ cluster, clock, isKnown: () => known },
      resource: OUR_KINDS[0]!,
      project: ({ metadata }: KubernetesObject) => String(metadata.name),
    },
    {
      onAbsent: () => told.push('absent'),
      onTrouble: (because) => told.push(because),
      onChange: ({ set }) => told.push(`has ${set.map(({ value }) => value)}`),
    },
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    ...{ asked, told, stop, settle },
    /** Lets the one pause that is under way end, and answers how long it was. */
    pass: async (): Promise<number | undefined> => {
      const entry = waiting.shift();
      entry?.run();
      await settle();
      return entry?.ms;
    },
  };
};

it('a kind that the cluster does not have is none, until it appears', async () => {
  const { told, pass, settle, asked } = watching([error(404), error(404)], false);
  await settle();
  expect(told).toEqual(['absent']);
  expect(await pass()).toBe(60_000);
  await pass();
  expect(told).toEqual(['absent', 'absent', 'has tor1']);
  expect(asked[0]?.path).toBe('/apis/vipcast.io/v1alpha1/bgppeers');
});

it('one whose objects are known is believed to be gone only after the sixth word', async () => {
  const { told, pass, settle } = watching(Array(6).fill(error(404)), true);
  await settle();
  for (let i = 0; i < 5; i++) await pass();
  expect(told).toEqual([...Array(5).fill('the cluster has no such kind any more'), 'absent']);
});

it('a server that is away says nothing of it, and between its words counting begins anew', async () => {
  const answers = [...Array(5).fill(error(404)), error(503), error(503), ...Array(5).fill(error(404))];
  const { told, pass, settle } = watching(answers, true);
  await settle();
  for (let i = 0; i < 5; i++) await pass();
  expect(await pass()).toBe(500);
  expect(await pass()).toBe(1000);
  for (let i = 0; i < 4; i++) await pass();
  expect(told).not.toContain('absent');
  expect(told).toContain('503 r503: m');
  await pass();
  expect(told.at(-1)).toBe('has tor1');
});

it('says nothing after it was stopped', async () => {
  const { told, pass, settle, stop } = watching([error(404)], false);
  await settle();
  stop();
  expect(await pass()).toBeUndefined();
  expect(told).toEqual(['absent']);
});
