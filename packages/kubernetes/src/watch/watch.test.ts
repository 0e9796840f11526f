import { describe, expect, it } from 'vitest';
import { type Asked, object, page, send } from '../api-server-fixture.ts';
import { SERVICES } from '../resources.ts';
import { spec } from './reflector-fixture.ts';
import { watchResource } from './watch.ts';
import {
  a,
  b,
  cluster,
  copy,
  line,
  list,
  open,
  problems,
  script,
  server,
  silent,
  start,
  states,
  stream,
  told,
  watches,
} from './watch-fixture.ts';

it('asks for pages, and then for what changes, with bookmarks and an end', async () => {
  let calls = 0;
  script(
    [(asked) => send(asked, 200, calls++ === 0 ? page([a], '10', 'more&more') : page([b], '10'))],
    [silent],
  );
  const one = start({ namespace: 'prod', labelSelector: 'app=web', fieldSelector: 'metadata.name=x' });
  expect(await one.synced).toBe(true);
  await expect.poll(() => states.at(-1)).toBe('live: the watch is open');
  expect(told).toEqual([['list', 'one', 'two']]);
  const selectors = 'labelSelector=app%3Dweb&fieldSelector=metadata.name%3Dx';
  expect(
    server.asked.map(({ path, query }) => `${path}?${query}`.replace(/\d\d\d$|(?<==)\d{3}(?=&label)/, 'N')),
  ).toEqual([
    `/api/v1/namespaces/prod/services?limit=N&${selectors}`,
    `/api/v1/namespaces/prod/services?limit=250&continue=more%26more&${selectors}`,
    `/api/v1/namespaces/prod/services?watch=true&allowWatchBookmarks=true&resourceVersion=10&timeoutSeconds=N&${selectors}`,
  ]);
  const seconds = Number(watches()[0]?.query.get('timeoutSeconds'));
  expect(seconds).toBeGreaterThanOrEqual(300);
  expect(seconds).toBeLessThanOrEqual(600);
});

it('hears lines that come byte by byte', async () => {
  const bytes = Buffer.from(line('ADDED', object('ü', 'u', '11', '☃😀')));
  script(
    [list([])],
    [
      (asked) => {
        const response = open(asked);
        const write = (i: number): void => {
          if (i < bytes.length) response.write(bytes.subarray(i, i + 1), () => setImmediate(write, i + 1));
        };
        write(0);
      },
    ],
  );
  start();
  await expect.poll(() => copy.get('default/ü')).toBe('☃😀');
});

it('tells at once what came at once', async () => {
  script([list([a])], [stream(line('ADDED', b) + line('DELETED', a) + line('DELETED', a))]);
  start();
  await expect
    .poll(() => told)
    .toEqual([
      ['list', 'one'],
      ['watch', '-default/a', 'two'],
    ]);
});

it('reports malformed objects by name and keeps their last good version', async () => {
  script(
    [list([a, object('c', 'u-c', '2', 7)])],
    [stream(line('MODIFIED', object('a', 'u-a', '11', 'throw')))],
  );
  start();
  await expect
    .poll(() => problems)
    .toEqual([
      'default/c is malformed; it counts as absent',
      'default/a is malformed: no such spec; its last good version stays',
    ]);
  expect([...copy]).toEqual([['default/a', 'one']]);
});

describe('stopped', () => {
  it('says nothing more', async () => {
    let response: Asked['response'] | undefined;
    script(
      [list([a])],
      [
        (asked) => {
          response = open(asked);
        },
      ],
    );
    const one = start();
    await expect.poll(() => response).toBeDefined();
    one.stop();
    await expect.poll(() => response?.destroyed).toBe(true);
    expect(told).toEqual([['list', 'one']]);
  });

  it('before the first list, ends the request and never syncs', async () => {
    server.reply(() => undefined);
    const one = start();
    await expect.poll(() => server.asked.length).toBe(1);
    one.stop();
    expect(await one.synced).toBe(false);
    await expect.poll(() => server.asked[0]?.response.destroyed).toBe(true);
  });

  it('from within onChange, hears nothing of the same chunk', async () => {
    script([list([a])], [stream(line('ADDED', b))]);
    const batches: string[] = [];
    const one = watchResource(
      { cluster, resource: SERVICES, project: spec },
      {
        onChange: ({ cause }) => {
          batches.push(cause);
          one.stop();
        },
      },
    );
    await one.synced;
    expect(batches).toEqual(['list']);
    expect(watches()).toEqual([]);
  });
});
