import { describe, expect, it } from 'vitest';
import { failure, object, page } from '../api-server-fixture.ts';
import { localError, statusError } from '../request/api-error.ts';
import { batches, chunkTaken, event, held, watching } from './reflector-fixture.ts';
import type { ReflectorEffect, ReflectorInput } from './reflector-input.ts';

const reset: ReflectorInput = { type: 'WatchFailed', error: localError('Unreachable', 'reset') };
const gone: ReflectorInput = { type: 'WatchFailed', error: statusError(failure(410, 'Expired')) };
const pauseExpired: ReflectorInput = { type: 'PauseExpired' };
const arrived = (body: unknown): ReflectorInput => ({ type: 'PageArrived', body });
const a1 = object('a', 'u-a', '1', 'one');
const b2 = object('b', 'u-b', '2', 'two');

const first = <K extends ReflectorEffect<string>['type']>(
  effects: readonly ReflectorEffect<string>[],
  type: K,
) =>
  effects.find((effect) => effect.type === type) as Extract<ReflectorEffect<string>, { type: K }> | undefined;
const all = (values: { [name: string]: string }) =>
  Object.entries(values).map(([name, value]) => ({ key: `default/${name}`, value }));

describe('the first list', () => {
  it('is delivered whole, once its last page is there, and followed by a watch from its version', () => {
    const { take } = held();
    expect(first(take({ type: 'Started' }), 'list')).toEqual({ type: 'list', limit: 250, continue: '' });
    expect(take(arrived(page([a1], '10', 'next')))).toEqual([{ type: 'list', limit: 250, continue: 'next' }]);
    expect(take(arrived(page([b2], '10')))).toEqual([
      { type: 'deliver', batch: { cause: 'list', set: all({ a: 'one', b: 'two' }), deleted: [] } },
      { type: 'watch', resourceVersion: '10', seconds: 300 },
    ]);
  });

  it.each([['[]'], ['null']])('is delivered when it is %s', (items) => {
    const { take } = held();
    take({ type: 'Started' });
    const body = { metadata: { resourceVersion: '1' }, items: JSON.parse(items) };
    expect(batches(take(arrived(body)))).toEqual([{ cause: 'list', set: [], deleted: [] }]);
  });

  it.each([
    ['null', null],
    ['a text', 'hello'],
    ['no items', { metadata: { resourceVersion: '1' } }],
    ['no version', { metadata: {}, items: [] }],
    ['items that are no list', { metadata: { resourceVersion: '1' }, items: {} }],
  ])('is asked for again when the answer is %s', (_, body) => {
    const { take } = held();
    take({ type: 'Started' });
    const effects = take(arrived(body));
    expect(batches(effects)).toEqual([]);
    expect(first(effects, 'tell')?.condition.state).toBe('syncing');
    expect(first(effects, 'startPause')?.ms).toBe(250);
    expect(first(take(pauseExpired), 'list')).toBeDefined();
  });

  it('that fails half-way starts again from its first page', () => {
    const { take } = held();
    take({ type: 'Started' }, arrived(page([a1], '10', 'next')));
    take({ type: 'ListFailed', error: localError('Unreachable', 'reset') });
    expect(first(take(pauseExpired), 'list')?.continue).toBe('');
    expect(batches(take(arrived(page([b2], '11'))))[0]?.set).toEqual(all({ b: 'two' }));
  });

  it.each([
    ['smaller', 'pages that are too large', localError('TooLarge', ''), 62],
    ['larger', 'a list that expires on its way', statusError(failure(410, 'Expired')), 1000],
  ])('comes in %s pages after %s', (_, __, error, limit) => {
    const { take } = held();
    take({ type: 'Started' }, { type: 'ListFailed', error });
    expect(first(take(pauseExpired), 'list')?.limit).toBe(limit);
  });
});

describe('a watch', () => {
  it.each<[string, ReflectorInput[], object[]]>([
    ['something new', [event('ADDED', b2)], [{ set: all({ b: 'two' }), deleted: [] }]],
    [
      'a change',
      [event('MODIFIED', object('a', 'u-a', '3', 'new'))],
      [{ set: all({ a: 'new' }), deleted: [] }],
    ],
    ['a deletion', [event('DELETED', a1)], [{ set: [], deleted: ['default/a'] }]],
    ['a deletion twice', [event('DELETED', a1), event('DELETED', a1)], [{ set: [], deleted: ['default/a'] }]],
    ['a deletion of what is unknown', [event('DELETED', b2)], []],
    ['what is known already', [event('ADDED', a1), event('MODIFIED', a1)], []],
    ['only a bookmark', [event('BOOKMARK', { metadata: { resourceVersion: '99' } })], []],
    [
      'an older version',
      [event('MODIFIED', object('a', 'u-a', '0', 'old'))],
      [{ set: all({ a: 'old' }), deleted: [] }],
    ],
    [
      'several changes of one object',
      [event('MODIFIED', object('a', 'u-a', '3', 'x')), event('MODIFIED', object('a', 'u-a', '4', 'y'))],
      [{ set: all({ a: 'y' }), deleted: [] }],
    ],
    ['something that came and went', [event('ADDED', b2), event('DELETED', b2)], []],
    [
      'another object by the same name',
      [event('DELETED', a1), event('ADDED', object('a', 'u-a2', '5', 'one'))],
      [{ set: all({ a: 'one' }), deleted: ['default/a'] }],
    ],
    [
      'another by the same name whose deletion went unseen',
      [event('ADDED', object('a', 'u-a2', '5', 'one'))],
      [{ set: all({ a: 'one' }), deleted: ['default/a'] }],
    ],
    [
      'a late deletion of what was followed by another',
      [event('ADDED', object('a', 'u-a2', '5', 'new')), event('DELETED', a1)],
      [{ set: all({ a: 'new' }), deleted: ['default/a'] }],
    ],
    [
      'what is ours no more',
      [event('MODIFIED', object('a', 'u-a', '3', 'none of ours'))],
      [{ set: [], deleted: ['default/a'] }],
    ],
    ['a new version that leaves its value', [event('MODIFIED', object('a', 'u-a', '3', 'one'))], []],
    [
      'an object called __proto__',
      [event('ADDED', object('__proto__', 'u-p', '3', 'x'))],
      [{ set: [{ key: 'default/__proto__', value: 'x' }], deleted: [] }],
    ],
  ])('tells %s', (_, inputs, expected) => {
    const { take } = watching([a1]);
    expect(batches(take(...inputs, chunkTaken))).toEqual(
      expected.map((batch) => ({ cause: 'watch', ...batch })),
    );
  });

  it.each<[string, ReflectorInput, string, RegExp]>([
    [
      'a malformed update',
      event('MODIFIED', object('a', 'u-a', '3', 7)),
      'default/a',
      /last good version stays/,
    ],
    ['one that throws', event('MODIFIED', object('a', 'u-a', '3', 'throw')), 'default/a', /no such spec/],
    ['a malformed newcomer', event('ADDED', object('b', 'u-b', '3', 7)), 'default/b', /counts as absent/],
    ['an unknown type', event('RENAMED', a1), 'default/a', /unknown type, RENAMED/],
    ['an object without a name', event('ADDED', { metadata: {} }), '', /without a name/],
    ['no object', event('ADDED', null), '', /has no object/],
    ['no event', { type: 'EventArrived', event: 7 }, '', /no object/],
  ])('reports %s and changes nothing', (_, input, key, message) => {
    const { take } = watching([a1]);
    const effects = take(input, chunkTaken);
    expect(effects).toEqual([{ type: 'report', problem: { key, message: expect.stringMatching(message) } }]);
  });

  it('counts a malformed object by the name of another as absent', () => {
    const { take } = watching([a1]);
    const effects = take(event('ADDED', object('a', 'u-a2', '3', 7)), chunkTaken);
    expect(batches(effects)).toEqual([{ cause: 'watch', set: [], deleted: ['default/a'] }]);
  });

  it.each<[string, ReflectorInput[], string]>([
    ['nothing', [], '10'],
    ['an event', [event('ADDED', b2)], '2'],
    ['a bookmark', [event('BOOKMARK', { metadata: { resourceVersion: 'zz' } })], 'zz'],
    [
      'versions out of order',
      [event('ADDED', object('c', 'c', '90')), event('ADDED', object('d', 'd', '4'))],
      '4',
    ],
    ['a malformed object', [event('ADDED', object('c', 'c', '90', 7))], '90'],
  ])('goes on, after a reset, from where it was: %s', (_, inputs, resourceVersion) => {
    const { take, advance } = watching([a1]);
    take(...inputs);
    advance(5_000);
    expect(first(take(reset), 'startPause')?.ms).toBe(0);
    expect(first(take(pauseExpired), 'watch')?.resourceVersion).toBe(resourceVersion);
  });

  it('goes on at once when the server ended it in good order', () => {
    const { take, advance } = watching([a1]);
    advance(300_000);
    expect(first(take({ type: 'WatchEnded' }), 'watch')?.resourceVersion).toBe('10');
  });

  it('delivers what came before it broke', () => {
    const { take } = watching([a1]);
    expect(batches(take(event('ADDED', b2), reset))[0]?.set).toEqual(all({ b: 'two' }));
  });

  it('lists anew after a line that cannot be read', () => {
    const { take } = watching([a1]);
    const effects = take(event('ADDED', b2), { type: 'LineMalformed', because: 'half a line' });
    expect(batches(effects)).toHaveLength(1);
    expect(first(effects, 'closeWatch')).toBeDefined();
    expect(first(take(pauseExpired), 'list')).toBeDefined();
  });

  it('is opened anew when it is silent, and not when a byte came', () => {
    const { take, advance } = watching([a1]);
    advance(60_000);
    take(chunkTaken);
    advance(30_000);
    expect(take({ type: 'SilenceExpired' })).toEqual([{ type: 'startSilence', ms: 60_000 }]);
    advance(60_000);
    expect(first(take({ type: 'SilenceExpired' }), 'closeWatch')).toBeDefined();
    expect(first(take(pauseExpired), 'watch')?.resourceVersion).toBe('10');
  });

  it('is given longer each time that nothing was missed, until it says something', () => {
    const { take, advance } = watching([a1]);
    const reopened = (silence: number) => {
      advance(silence);
      expect(first(take({ type: 'SilenceExpired' }), 'closeWatch')).toBeDefined();
      return first(take(pauseExpired, { type: 'WatchOpened' }), 'startSilence')?.ms;
    };
    expect([90_000, 180_000, 300_000].map(reopened)).toEqual([180_000, 300_000, 300_000]);
    const bookmark = event('BOOKMARK', { metadata: { resourceVersion: '11' } });
    expect(first(take(bookmark, chunkTaken), 'startSilence')?.ms).toBe(90_000);
    expect(reopened(90_000)).toBe(90_000);
  });

  it('is opened anew when it does not end although bytes drip', () => {
    const { take, advance } = watching([a1]);
    advance(330_000);
    take(chunkTaken);
    expect(first(take({ type: 'SilenceExpired' }), 'closeWatch')).toBeDefined();
  });
});

describe('a later list', () => {
  const relist = (...items: Parameters<typeof page>[0]) => {
    const { take, advance } = watching([a1, b2]);
    advance(5_000);
    take(gone);
    expect(first(take(pauseExpired), 'list')).toBeDefined();
    return batches(take(arrived(page(items, '20'))));
  };

  it.each<[string, Parameters<typeof page>[0], object[]]>([
    ['nothing, when nothing changed', [b2, a1], []],
    ['what was deleted unseen', [a1], [{ set: [], deleted: ['default/b'] }]],
    ['that all is gone', [], [{ set: [], deleted: ['default/a', 'default/b'] }]],
    [
      'another object by the same name',
      [object('a', 'u-a2', '19', 'one'), b2],
      [{ set: all({ a: 'one' }), deleted: ['default/a'] }],
    ],
    ['what changed', [object('a', 'u-a', '15', 'new'), b2], [{ set: all({ a: 'new' }), deleted: [] }]],
    ['nothing of a malformed update', [object('a', 'u-a', '15', 7), b2], []],
    ['what came', [a1, b2, object('c', 'u-c', '16', 'three')], [{ set: all({ c: 'three' }), deleted: [] }]],
  ])('tells %s', (_, items, expected) => {
    expect(relist(...items)).toEqual(expected.map((batch) => ({ cause: 'relist', ...batch })));
  });

  it('that fails half-way changes nothing', () => {
    const { take, reflector } = watching([a1, b2]);
    take(gone, pauseExpired, arrived(page([], '20', 'next')));
    const effects = take({ type: 'ListFailed', error: statusError(failure(500, 'InternalError')) });
    expect(batches(effects)).toEqual([]);
    expect(reflector.size()).toBe(2);
    expect(first(effects, 'tell')?.condition).toMatchObject({
      state: 'stale',
      because: expect.stringContaining('InternalError'),
    });
  });

  it('is made after an outage of more than a minute', () => {
    const { take, advance } = watching([a1]);
    take(reset);
    advance(60_001);
    expect(first(take(pauseExpired), 'list')).toBeDefined();
  });

  it('is made when a watch hears ERROR 410, and the rest of the chunk is not heard', () => {
    const { take } = watching([a1]);
    const effects = take(event('ERROR', failure(410, 'Expired')), event('DELETED', a1), chunkTaken);
    expect(batches(effects)).toEqual([]);
    expect(first(effects, 'closeWatch')).toBeDefined();
    expect(first(take(pauseExpired), 'list')).toBeDefined();
  });
});
