import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApiServer, failure, plainCluster, send, startApiServer } from '../api-server-fixture.ts';
import { type JsonObject, objectOf } from '../json.ts';
import type { Cluster } from '../request/cluster.ts';
import { type Candidacy, standForElection } from './elect.ts';

let server: ApiServer;
let clusters: Cluster[];
let stored: JsonObject | undefined;
let away: boolean;

const times = { leaseMs: 1000, renewMs: 600, retryMs: 50 };

beforeEach(async () => {
  server = await startApiServer();
  [stored, away, clusters] = [undefined, false, []];
  let version = 0;
  server.reply((asked) => {
    if (away) return send(asked, 503, failure(503, 'ServiceUnavailable'));
    if (asked.method === 'GET')
      return send(asked, stored === undefined ? 404 : 200, stored ?? failure(404, 'NotFound'));
    const body = JSON.parse(asked.body);
    const known = objectOf(stored ?? {}, 'metadata').resourceVersion;
    if (body.metadata.resourceVersion !== known) return send(asked, 409, failure(409, 'Conflict'));
    stored = { ...body, metadata: { ...body.metadata, resourceVersion: String(++version) } };
    return send(asked, 200, stored);
  });
});

afterEach(async () => {
  for (const cluster of clusters) cluster.close();
  await server.close();
});

const stand = (identity: string) => {
  const cluster = plainCluster(server.port);
  clusters.push(cluster);
  const told: string[] = [];
  const candidacy: Candidacy = standForElection(
    { cluster, namespace: 'kube-system', name: 'vipcast', identity, times },
    {
      onStarted: () => told.push('started'),
      onStopped: (because) => told.push(`stopped: ${because}`),
      onHolder: (holder) => told.push(`holder: ${holder}`),
    },
  );
  return { candidacy, told };
};

it('elects one, keeps it, and the other at once when it stops', async () => {
  const one = stand('one');
  await expect.poll(() => one.candidacy.isLeader()).toBe(true);
  const two = stand('two');
  await expect.poll(() => two.told).toEqual(['holder: one']);
  await expect.poll(() => server.asked.filter(({ method }) => method === 'PUT').length).toBeGreaterThan(10);
  expect([one.candidacy.isLeader(), two.candidacy.isLeader()]).toEqual([true, false]);
  const stopped = one.candidacy.stop();
  expect(one.candidacy.isLeader()).toBe(false);
  expect(one.told).toEqual(['holder: ', 'holder: one', 'started', 'stopped: stopped']);
  await stopped;
  await expect.poll(() => two.candidacy.isLeader(), { timeout: 5000 }).toBe(true);
  expect(stored?.spec).toMatchObject({ holderIdentity: 'two', leaseTransitions: 1 });
  await two.candidacy.stop();
  expect(stored?.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
});

it('stops leading while the server is away, and leads again', async () => {
  const { candidacy, told } = stand('one');
  await expect.poll(() => candidacy.isLeader()).toBe(true);
  away = true;
  await expect
    .poll(() => told.at(-1))
    .toBe('stopped: not renewed for 0.6 s: 503 ServiceUnavailable: ServiceUnavailable!');
  expect(candidacy.isLeader()).toBe(false);
  away = false;
  await expect.poll(() => told.at(-1)).toBe('started');
  await candidacy.stop();
});

it('that is stopped asks for nothing more', async () => {
  const { candidacy } = stand('one');
  await expect.poll(() => candidacy.isLeader()).toBe(true);
  await candidacy.stop();
  const asked = server.asked.length;
  const other = stand('two');
  await expect.poll(() => other.candidacy.isLeader()).toBe(true);
  await other.candidacy.stop();
  const agents = server.asked.slice(asked).filter(({ body }) => body.includes('"one"'));
  expect(agents).toEqual([]);
});
