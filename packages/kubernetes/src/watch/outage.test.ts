import { describe, expect, it } from 'vitest';
import { type Asked, failure, object, page, type Reply, send } from '../api-server-fixture.ts';
import { systemClock } from '../clock.ts';
import {
  a,
  b,
  copy,
  line,
  list,
  listed,
  open,
  script,
  server,
  silent,
  start,
  states,
  stream,
  told,
  watches,
} from './watch-fixture.ts';

describe('goes on from where it was', () => {
  it.each<[string, (response: Asked['response']) => void]>([
    ['an end', (response) => response.end()],
    ['a reset', () => server.reset()],
    ['a reset in a line', (response) => response.write('{"type":"DEL', () => server.reset())],
    ['ERROR 500', (response) => response.write(line('ERROR', failure(500, 'InternalError')))],
  ])('after %s', async (_, finish) => {
    const first: Reply = (asked) => {
      const response = open(asked);
      response.write(line('ADDED', b), () => setTimeout(finish, 20, response));
    };
    script([list([a])], [first, stream(line('DELETED', object('a', 'u-a', '14')))]);
    start();
    await expect.poll(() => [...copy]).toEqual([['default/b', 'two']]);
    expect(watches().map(({ query }) => query.get('resourceVersion'))).toEqual(['10', '12']);
    expect(listed()).toHaveLength(1);
  });

  it('after silence, on another connection', async () => {
    const ports: (number | undefined)[] = [];
    script(
      [list([a])],
      [
        (asked) => {
          ports.push(asked.response.socket?.remotePort);
          silent(asked);
        },
      ],
    );
    start({ silenceMs: 60, clock: systemClock });
    await expect.poll(() => watches().length, { timeout: 5000 }).toBeGreaterThan(2);
    expect(new Set(ports).size).toBe(ports.length);
    expect(watches()[2]?.query.get('resourceVersion')).toBe('10');
  });
});

describe('lists again and tells the difference', () => {
  it.each<[string, Reply]>([
    ['410', (asked) => send(asked, 410, failure(410, 'Expired'))],
    ['ERROR 410', stream(line('ERROR', failure(410, 'Expired')))],
    ['half a line', stream('{"type":"ADDED","obj\n')],
    ['a line too long', stream('x'.repeat(8 * 1024 * 1024 + 1))],
  ])('after %s', async (_, reply) => {
    script([list([a]), list([b], '20')], [reply, silent]);
    start();
    await expect
      .poll(() => told)
      .toEqual([
        ['list', 'one'],
        ['relist', '-default/a', 'two'],
      ]);
    await expect.poll(() => watches().at(-1)?.query.get('resourceVersion')).toBe('20');
  });

  it('also when nothing is left', async () => {
    script([list([a]), list([], '20')], [(asked) => send(asked, 410, failure(410, 'Expired')), silent]);
    start();
    await expect
      .poll(() => told)
      .toEqual([
        ['list', 'one'],
        ['relist', '-default/a'],
      ]);
  });

  it('slowly, when every watch is told 410', async () => {
    script([list([a])], [(asked) => send(asked, 410, failure(410, 'Expired'))]);
    const began = performance.now();
    start();
    await expect.poll(() => listed().length, { timeout: 10_000 }).toBe(8);
    // 0.25, 0.5, 1, 2, 4, 8 s at the least, a hundred times shorter.
    expect(performance.now() - began).toBeGreaterThan(157);
    expect(told).toEqual([['list', 'one']]);
    expect(states.at(-1)).toMatch(/^stale: 410 Expired/);
  });
});

describe('keeps what it knows, and says why it may be old', () => {
  it.each<[string, Reply, string]>([
    [
      '500',
      (asked) => send(asked, 500, failure(500, 'InternalError')),
      'stale: 500 InternalError: InternalError!',
    ],
    [
      '429',
      (asked) => send(asked, 429, failure(429, 'TooManyRequests')),
      'stale: 429 TooManyRequests: TooManyRequests!',
    ],
    [
      '403',
      (asked) => send(asked, 403, failure(403, 'Forbidden', 'no rights')),
      'stale: 403 Forbidden: no rights',
    ],
    [
      'half JSON',
      (asked) => send(asked, 200, '{"kind":"Li'),
      'stale: 200 Malformed: 11 characters of application/json that are not JSON',
    ],
    [
      'HTML',
      (asked) => send(asked, 200, '<html>', { 'content-type': 'text/html' }),
      'stale: 200 Malformed: 6 characters of text/html that are not JSON',
    ],
    [
      'something else',
      (asked) => send(asked, 200, { kind: 'Pod' }),
      'stale: the answer to a list is no list',
    ],
    [
      'a page and then 500',
      (asked) =>
        asked.query.has('continue')
          ? send(asked, 500, failure(500, 'X'))
          : send(asked, 200, page([], '30', 'x')),
      'stale: 500 X: X!',
    ],
  ])('when a list is answered by %s', async (_, reply, state) => {
    script(
      [list([a]), reply, reply, reply, list([b], '20')],
      [(asked) => send(asked, 410, failure(410, 'Expired')), silent],
    );
    start();
    await expect.poll(() => states).toContain(state);
    await expect.poll(() => [...copy]).toEqual([['default/b', 'two']]);
    expect(told).toEqual([
      ['list', 'one'],
      ['relist', '-default/a', 'two'],
    ]);
    await expect.poll(() => states.at(-1)).toBe('live: the watch is open');
  });

  it('when the server is away, and comes back to what it missed', async () => {
    script([list([a])], [silent]);
    start();
    await expect.poll(() => states.at(-1)).toMatch(/^live/);
    server.reply(({ response }) => response.socket?.destroy());
    server.reset();
    await expect.poll(() => states.at(-1)).toMatch(/^stale: http:.* cannot be reached/);
    script([list([b], '20')], [stream(line('DELETED', object('a', 'u-a', '14')))]);
    await expect.poll(() => [...copy]).toEqual([]);
  });
});

it('waits as long as it is asked to', async () => {
  let refused = 0;
  const at: number[] = [];
  script(
    [
      (asked) => {
        at.push(performance.now());
        if (refused++ === 0) send(asked, 429, failure(429, 'TooManyRequests'), { 'retry-after': '20' });
        else list([a])(asked);
      },
    ],
    [silent],
  );
  await start().synced;
  // 20 s, a hundred times shorter.
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(199);
});
