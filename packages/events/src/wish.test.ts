import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatWishSubject,
  parseWishSubject,
  problemWith,
  readWish,
  type Wish,
  wishSubjects,
} from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const wish = (fields: object): string => JSON.stringify({ v: 1, id: 'w1', ...fields });

describe('a wish', () => {
  const good: readonly Wish[] = [
    { v: 1, id: '0197a1b2-0000-7000-8000-000000000001', wish: 'announce', addresses: ['192.0.2.1'] },
    { v: 1, id: 'a', wish: 'withdraw', addresses: ['192.0.2.1', '2001:db8::1'] },
    { v: 1, id: 'a', wish: 'drain' },
    { v: 1, id: 'a', wish: 'drain', force: true },
    { v: 1, id: 'a', wish: 'undrain' },
    { v: 1, id: 'a', wish: 'reset', peer: 'tor1' },
  ];
  it.each(good)('to $wish is read', (each) => {
    expect(readWish(bytes(JSON.stringify(each)))).toEqual({ ok: true, wish: each });
  });

  it.each([
    ['nothing', '', 'not JSON', ''],
    ['broken JSON', '{"v":1', 'not JSON', ''],
    ['MessagePack', '\u0081\u00a1v\u0001', 'not JSON', ''],
    ['a bare word', '"drain"', 'object', ''],
    ['null', 'null', 'object', ''],
    ['no version', JSON.stringify({ id: 'w1', wish: 'drain' }), 'v', 'w1'],
    ['another version', JSON.stringify({ v: 2, id: 'w1', wish: 'drain' }), 'v', 'w1'],
    ['no id', JSON.stringify({ v: 1, wish: 'drain' }), 'id', ''],
    ['an id that is no word', JSON.stringify({ v: 1, id: '\u001b[2J', wish: 'drain' }), 'id', ''],
    ['no wish', wish({}), 'wish', 'w1'],
    ['an unknown wish', wish({ wish: 'explode' }), 'wish', 'w1'],
    ['no addresses', wish({ wish: 'announce' }), 'addresses', 'w1'],
    ['empty addresses', wish({ wish: 'announce', addresses: [] }), 'addresses', 'w1'],
    ['addresses that are numbers', wish({ wish: 'announce', addresses: [1] }), 'addresses', 'w1'],
    ['too many', wish({ wish: 'announce', addresses: Array(1001).fill('192.0.2.1') }), 'addresses', 'w1'],
    ['force that is a word', wish({ wish: 'drain', force: 'yes' }), 'force', 'w1'],
    ['force without need', wish({ wish: 'undrain', force: true }), 'force', 'w1'],
    ['a peer too many', wish({ wish: 'drain', peer: 'tor1' }), 'peer', 'w1'],
    ['somebody else', wish({ wish: 'drain', by: 'root' }), 'by', 'w1'],
    ['__proto__', `{"v":1,"id":"w1","wish":"drain","__proto__":{"by":"root"}}`, '__proto__', 'w1'],
    ['depth', deep(10_000), 'object', ''],
    ['depth inside', wish({ wish: 'reset', peer: 0 }).replace('0}', `${deep(10_000)}}`), 'peer', 'w1'],
    ['much', ' '.repeat(70_000), '70000 bytes', ''],
  ])('with %s is refused', (_, text, because, id) => {
    expect(readWish(bytes(text))).toEqual({ ok: false, id, because: expect.stringContaining(because) });
  });

  it('of any bytes is read or refused in words that are safe to print', () => {
    const keys = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
    const json = keys.map((fields) => bytes(wish({ wish: 'drain', ...fields })));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), json), (each) => {
        const read = readWish(each);
        if (!read.ok) expect(read.because).toMatch(/^[\x20-\x7e]{1,300}…?$/);
      }),
    );
  });
});

describe('the subject of a wish', () => {
  it('carries any names and gives them back', () => {
    const name = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(name, name, fc.string({ unit: 'grapheme', minLength: 1 }), (cluster, node, by) => {
        const subject = { cluster, node, by };
        expect(parseWishSubject(formatWishSubject(subject))).toEqual(subject);
        expect(formatWishSubject(subject).startsWith(wishSubjects(subject).slice(0, -1))).toBe(true);
      }),
    );
  });

  it.each([
    'vipcast-wish.c.n',
    'vipcast-wish.c.n._',
    'vipcast-wish.c.n.a.b',
    'vipcast.c.n.vip.a',
    'vipcast-wish.c.n._61lice',
    'vipcast-wish.c.n._ff',
    'vipcast-wish.c.n.*',
  ])('is not %s', (text) => {
    expect(parseWishSubject(text)).toBeUndefined();
  });
});

it('a fact with a key of a later release is read', () => {
  expect(problemWith('operator.DrainRequested', { by: 'alice', colour: 'red' })).toBeUndefined();
  expect(problemWith('operator.DrainRequested', { by: 1, colour: 'red' })).toContain('by');
});
