import { request } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { have } from '../setup/packages.ts';
import { type Hostile, startHostile } from './hostile.ts';
import {
  answer,
  bookmark,
  cutShort,
  end,
  event,
  goneEvent,
  halfOf,
  hangUp,
  listOf,
  loginPage,
  refuse,
  reset,
  say,
  sayHalf,
  sayInPieces,
  stream,
} from './hostile-replies.ts';
import { service } from './objects.ts';

interface Heard {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly pieces: readonly Buffer[];
  readonly text: string;
  /** `end`, or the code of the error that ended it. */
  readonly ending: string;
}

describe.skipIf(!have('openssl'))('a hostile API server', () => {
  let hostile: Hostile;

  beforeEach(async () => {
    hostile = await startHostile();
  });

  afterEach(() => hostile[Symbol.asyncDispose]());

  const hear = (path: string, onPiece?: () => void): Promise<Heard> =>
    new Promise((resolve) => {
      const pieces: Buffer[] = [];
      const asked = request(
        new URL(path, hostile.url),
        { ca: hostile.authority, agent: false },
        (response) => {
          const heard = (ending: string): void =>
            resolve({
              status: response.statusCode,
              retryAfter: response.headers['retry-after'],
              pieces,
              text: Buffer.concat(pieces).toString(),
              ending,
            });
          response.on('data', (piece: Buffer) => {
            pieces.push(piece);
            onPiece?.();
          });
          response.once('end', () => heard('end'));
          response.once('error', (error: NodeJS.ErrnoException) => heard(error.code ?? error.message));
        },
      );
      asked.once('error', (error: NodeJS.ErrnoException) =>
        resolve({
          status: undefined,
          retryAfter: undefined,
          pieces,
          text: '',
          ending: error.code ?? error.message,
        }),
      );
      asked.end();
    });

  const web = service({ name: 'web', annotations: { motto: 'größer ➝ 🦭' } });
  const list = listOf('Service', [web], '7');

  it('answers one reply after another, and the last for ever', async () => {
    hostile.list(refuse(429, 'TooManyRequests', 3), loginPage(), answer(200, list));
    expect(await hear('/api/v1/services')).toMatchObject({ status: 429, retryAfter: '3' });
    expect((await hear('/api/v1/services')).text).toContain('<!doctype html>');
    for (const _ of [1, 2]) expect(JSON.parse((await hear('/api/v1/services?limit=500')).text)).toEqual(list);
    expect(hostile.asked.map(({ query }) => query.get('limit'))).toEqual([null, null, '500', '500']);
  });

  it('tells half of the truth, with a proper end and without one', async () => {
    hostile.list(halfOf(list), cutShort(list));
    const half = await hear('/api/v1/services');
    expect(half.ending).toBe('end');
    expect(() => JSON.parse(half.text)).toThrow(SyntaxError);
    const cut = await hear('/api/v1/services');
    expect(cut).toMatchObject({ text: half.text, ending: 'ECONNRESET' });
  });

  it('speaks on a watch what it is told, in order', async () => {
    hostile.watch(stream(say(event('ADDED', web), bookmark('Service', '9', true), goneEvent), end));
    const { text, ending } = await hear('/api/v1/services?watch=1');
    expect(ending).toBe('end');
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { type: 'ADDED', object: web },
      {
        type: 'BOOKMARK',
        object: expect.objectContaining({
          metadata: { resourceVersion: '9', annotations: { 'k8s.io/initial-events-end': 'true' } },
        }),
      },
      { type: 'ERROR', object: expect.objectContaining({ code: 410 }) },
    ]);
  });

  it('breaks characters into bytes', async () => {
    hostile.watch(stream(sayInPieces(event('ADDED', web)), end));
    const { pieces, text } = await hear('/api/v1/services?watch=1');
    expect(JSON.parse(text).object).toEqual(web);
    expect(pieces.some((piece) => piece.toString().includes('\u{fffd}'))).toBe(true);
  });

  it('ends a watch in the middle of a line', async () => {
    hostile.watch(stream(sayHalf(event('ADDED', web)), hangUp), stream(reset));
    const { text, ending } = await hear('/api/v1/services?watch=1');
    expect(ending).toBe('ECONNRESET');
    expect(text).toMatch(/^\{"type":"ADDED".*[^\n]$/);
    expect((await hear('/api/v1/services?watch=1')).ending).toBe('ECONNRESET');
  });

  it('leaves a watch open in silence until its connections are reset', async () => {
    hostile.watch(stream(say(bookmark('Service', '9'))));
    let pieces = 0;
    const heard = hear('/api/v1/services?watch=1', () => {
      pieces += 1;
    });
    await until(() => pieces > 0, { what: 'the bookmark' });
    hostile.reset();
    expect((await heard).ending).toBe('ECONNRESET');
  });

  it('leaves a request without an answer when it was told nothing', async () => {
    const heard = hear('/version');
    await until(() => hostile.asked.length > 0, { what: 'the request' });
    hostile.reset();
    expect(await heard).toMatchObject({ status: undefined, ending: 'ECONNRESET' });
  });
});
