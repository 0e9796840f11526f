import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApiServer, failure, plainCluster, send, startApiServer } from '../api-server-fixture.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Cluster } from '../request/cluster.ts';
import type { Notice } from './event.ts';
import { createEventRecorder, type EventRecorder } from './recorder.ts';

let server: ApiServer;
let cluster: Cluster;
let recorder: EventRecorder;
let problems: string[];

const clock: Clock = { ...systemClock, wall: () => Date.UTC(2026, 0, 2, 3, 4, 5), random: () => 0.5 };
/** Rests and refills are a thousand times shorter. */
const hasty: Clock = {
  ...clock,
  monotonic: () => systemClock.monotonic() * 1000,
  after: (ms, run) => systemClock.after(ms / 1000, run),
};

const notice: Notice = {
  object: { apiVersion: 'v1', kind: 'Service', namespace: 'prod', name: 'web', uid: 'u-web' },
  type: 'Normal',
  reason: 'Announced',
  message: '192.0.2.10 was announced\nto tor1',
};

beforeEach(async () => {
  server = await startApiServer();
  cluster = plainCluster(server.port);
  problems = [];
});

afterEach(async () => {
  recorder.stop();
  cluster.close();
  await server.close();
});

const start = (of: Clock = clock, options = {}): void => {
  recorder = createEventRecorder({
    cluster,
    reporter: { component: 'vipcast', host: 'n7' },
    clock: of,
    onError: (message) => problems.push(message),
    ...options,
  });
};
const asked = () => server.asked.map(({ method, path }) => `${method} ${path.replace(/web\.\w+$/, 'web.x')}`);
const events = '/api/v1/namespaces/prod/events';

it('writes an Event as kubectl describe shows it, and counts in it', async () => {
  server.reply((one) => send(one, 201, {}));
  start();
  recorder.record(notice);
  await expect.poll(asked).toEqual([`POST ${events}`]);
  const [{ body } = { body: '' }] = server.asked;
  expect(JSON.parse(body)).toEqual({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: expect.stringMatching(/^web\.[0-9a-f]+$/), namespace: 'prod' },
    involvedObject: notice.object,
    type: 'Normal',
    reason: 'Announced',
    message: '192.0.2.10 was announced to tor1',
    source: { component: 'vipcast', host: 'n7' },
    reportingComponent: 'vipcast',
    reportingInstance: 'n7',
    firstTimestamp: '2026-01-02T03:04:05Z',
    lastTimestamp: '2026-01-02T03:04:05Z',
    count: 1,
  });
  for (let i = 0; i < 3; i++) recorder.record(notice);
  await expect.poll(() => JSON.parse(server.asked.at(-1)?.body ?? '').count).toBe(4);
  expect(
    asked()
      .slice(1)
      .every((line) => line === `PATCH ${events}/web.x`),
  ).toBe(true);
});

it('puts Events about a Node where kubectl looks for them', async () => {
  server.reply((one) => send(one, 201, {}));
  start();
  recorder.record({ ...notice, object: { apiVersion: 'v1', kind: 'Node', name: 'n7', uid: 'n7' } });
  await expect.poll(asked).toEqual(['POST /api/v1/namespaces/default/events']);
});

it('writes a flapping object some ten times and then counts', async () => {
  server.reply((one) => send(one, 201, {}));
  start();
  for (let i = 0; i < 1000; i++) {
    recorder.record({ ...notice, message: `flap ${i}` });
    if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await expect.poll(() => server.asked.length).toBe(10);
  await new Promise((resolve) => setImmediate(resolve));
  expect(server.asked.length).toBe(10);
});

it('makes a new Event when the old one is gone', async () => {
  server.reply((one) =>
    one.method === 'PATCH' ? send(one, 404, failure(404, 'NotFound')) : send(one, 201, {}),
  );
  start();
  recorder.record(notice);
  await expect.poll(asked).toHaveLength(1);
  recorder.record(notice);
  await expect.poll(asked).toEqual([`POST ${events}`, `PATCH ${events}/web.x`, `POST ${events}`]);
  expect(JSON.parse(server.asked.at(-1)?.body ?? '').count).toBe(2);
  expect(problems).toEqual([]);
});

it('keeps what it could not write, rests, and says once that it cannot', async () => {
  let away = true;
  server.reply((one) => (away ? send(one, 403, failure(403, 'Forbidden', 'no events')) : send(one, 201, {})));
  start(hasty);
  recorder.record(notice);
  await expect.poll(() => server.asked.length).toBeGreaterThan(2);
  expect(problems).toEqual(['403 Forbidden: no events']);
  recorder.record(notice);
  away = false;
  await expect.poll(() => JSON.parse(server.asked.at(-1)?.body ?? '').count).toBe(2);
});

it('lets go of what the server finds wrong', async () => {
  server.reply((one) =>
    one.body.includes('bad') ? send(one, 422, failure(422, 'Invalid')) : send(one, 201, {}),
  );
  start();
  recorder.record({ ...notice, reason: 'bad' });
  recorder.record(notice);
  await expect.poll(() => server.asked.length).toBe(2);
  expect(problems).toEqual(['422 Invalid: Invalid!']);
});
