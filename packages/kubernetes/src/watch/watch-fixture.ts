import { afterEach, beforeEach } from 'vitest';
import {
  type ApiServer,
  type Asked,
  object,
  page,
  plainCluster,
  type Reply,
  send,
  startApiServer,
} from '../api-server-fixture.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { JsonObject } from '../json.ts';
import type { Cluster } from '../request/cluster.ts';
import { SERVICES } from '../resources.ts';
import { spec } from './reflector-fixture.ts';
import { type ResourceWatch, type WatchOptions, watchResource } from './watch.ts';

/** Anew for each test. */
export let server: ApiServer;
export let cluster: Cluster;
let watch: ResourceWatch | undefined;
/** What the consumer was told, and the copy it made of it. */
export let told: unknown[];
export let states: string[];
export let problems: string[];
export let copy: Map<string, string>;

/** Waits are a hundred times shorter. */
const hasty: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 100, run) };

beforeEach(async () => {
  server = await startApiServer();
  cluster = plainCluster(server.port);
  [told, states, problems, copy] = [[], [], [], new Map()];
});

afterEach(async () => {
  watch?.stop();
  cluster.close();
  await server.close();
});

/** Watches Services, a hundred times faster than time. */
export const start = (options: Partial<WatchOptions<string>> = {}): ResourceWatch => {
  watch = watchResource(
    { cluster, resource: SERVICES, project: spec, clock: hasty, ...options },
    {
      onChange: (batch) => {
        told.push([
          batch.cause,
          ...batch.deleted.map((key) => `-${key}`),
          ...batch.set.map(({ value }) => value),
        ]);
        for (const key of batch.deleted) copy.delete(key);
        for (const { key, value } of batch.set) copy.set(key, value);
      },
      onState: ({ state, because }) => states.push(`${state}: ${because}`),
      onError: ({ key, message }) => problems.push(`${key} ${message}`),
    },
  );
  return watch;
};

/** Lists and watches are answered by these, one after the other; the last stays. */
export const script = (lists: readonly Reply[], watches: readonly Reply[]): void => {
  const left = { lists: [...lists], watches: [...watches] };
  server.reply((asked) => {
    const replies = asked.query.has('watch') ? left.watches : left.lists;
    (replies.length > 1 ? replies.shift() : replies[0])?.(asked);
  });
};
/** Answers a list. */
export const list =
  (items: readonly JsonObject[], version = '10'): Reply =>
  (asked) =>
    send(asked, 200, page(items, version));
/** Opens a watch. */
export const open = ({ response }: Asked): Asked['response'] => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  return response;
};
/** One event. */
export const line = (type: string, of: unknown): string => `${JSON.stringify({ type, object: of })}\n`;
/** A watch that says this and stays open. */
export const stream =
  (...parts: readonly (string | Buffer)[]): Reply =>
  (asked) => {
    const response = open(asked);
    for (const part of parts) response.write(part);
  };
/** A watch that says nothing. */
export const silent: Reply = (asked) => open(asked);
/** What was asked. */
export const watches = () => server.asked.filter(({ query }) => query.has('watch'));
export const listed = () => server.asked.filter(({ query }) => !query.has('watch'));

/** Two objects. */
export const a = object('a', 'u-a', '1', 'one');
export const b = object('b', 'u-b', '12', 'two');
