import { formatWishSubject } from '@vipcast/events';
import { type Log, memoryLog } from '@vipcast/log';
import { createClock } from '@vipcast/runtime';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createWishDesk, type WishDesk } from './wishes.ts';

const identity = { cluster: 'test', node: 'n1' };
const SUBJECT = formatWishSubject({ ...identity, by: 'billing' });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const wish = (fields: object): Uint8Array => bytes(JSON.stringify({ v: 1, id: 'w1', ...fields }));

let log: Log;
let desk: WishDesk;
let objection: string | undefined;
const newDesk = (): WishDesk =>
  createWishDesk({ log, identity, clock: createClock(), objectionToDrain: () => objection });
beforeEach(() => {
  log = memoryLog();
  objection = undefined;
  desk = newDesk();
});

const facts = () =>
  Array.from(log.read(), ({ id, type, subject, data, causationId }) => ({
    id,
    type,
    subject,
    data,
    causationId,
  }));

describe('a wish', () => {
  const by = { by: 'billing', request: 'w1' };
  it.each([
    [
      { wish: 'announce', addresses: ['192.0.2.1/32', '2001:DB8::1', '192.0.2.1'] },
      { type: 'operator.AnnounceRequested', data: { ...by, addresses: ['192.0.2.1', '2001:db8::1'] } },
    ],
    [
      { wish: 'withdraw', addresses: ['192.0.2.1'] },
      { type: 'operator.WithdrawRequested', data: { ...by, addresses: ['192.0.2.1'] } },
    ],
    [{ wish: 'drain' }, { type: 'operator.DrainRequested', data: by }],
    [{ wish: 'undrain' }, { type: 'operator.UndrainRequested', data: by }],
    [
      { wish: 'reset', peer: 'tor1' },
      { type: 'operator.ResetRequested', data: { ...by, peer: 'tor1' } },
    ],
  ])('%j is recorded with who asked', (fields, fact) => {
    const answer = desk.take(SUBJECT, wish(fields));
    expect(facts()).toMatchObject([
      { ...fact, causationId: '', subject: expect.stringContaining('billing') },
    ]);
    expect(answer).toEqual({ outcome: 'accepted', node: 'n1', fact: facts()[0]!.id });
  });

  it.each([
    ['4/24', '192.0.2.0/24', 'is a network'],
    ['0/0', '0.0.0.0/0', 'is a network'],
    ['a bad address', '192.0.2.256', 'is not an address'],
    ['no address', '', 'is not an address'],
    ['a link-local address', 'fe80::1', 'link-local'],
    ['loopback', '127.0.0.1', 'loopback'],
    ['multicast', 'ff02::1', 'multicast'],
    ['broadcast', '255.255.255.255', 'broadcast'],
    ['IPv4 in IPv6 clothes', '::ffff:192.0.2.1', 'IPv6 clothes'],
  ])('for %s is refused whole, with a reason in a fact', (_, address, because) => {
    const answer = desk.take(SUBJECT, wish({ wish: 'announce', addresses: ['192.0.2.1', address] }));
    const [fact, ...others] = facts();
    expect(others).toEqual([]);
    expect(fact).toMatchObject({
      type: 'operator.Refused',
      data: { by: 'billing', request: 'w1', because: expect.stringContaining(because) },
    });
    expect(answer).toMatchObject({
      outcome: 'refused',
      fact: fact?.id,
      because: expect.stringContaining(because),
    });
  });

  it('to drain the last node is refused, unless it is forced', () => {
    objection = 'no other node announces web';
    const refused = { outcome: 'refused', because: objection };
    expect(desk.take(SUBJECT, wish({ wish: 'drain' }))).toMatchObject(refused);
    expect(desk.take(SUBJECT, wish({ wish: 'drain', force: true }))).toMatchObject(refused);
    expect(facts()).toMatchObject([{ type: 'operator.Refused', data: { ...by, because: objection } }]);
    expect(desk.take(SUBJECT, wish({ wish: 'drain', force: true, id: 'w2' }))).toMatchObject({
      outcome: 'accepted',
    });
    expect(desk.take(SUBJECT, wish({ wish: 'undrain', id: 'w3' }))).toMatchObject({ outcome: 'accepted' });
  });

  it('that is none is refused with a reason in a fact', () => {
    expect(desk.take(SUBJECT, bytes('{'))).toMatchObject({
      outcome: 'refused',
      because: 'the wish is not JSON',
    });
    expect(facts()).toMatchObject([{ type: 'operator.Refused', data: { request: '', by: 'billing' } }]);
  });

  it('that comes again is answered again and not recorded, over a restart too', () => {
    const drain = wish({ wish: 'drain' });
    const bad = wish({ wish: 'announce', addresses: ['x'], id: 'w2' });
    const [first, refused] = [desk.take(SUBJECT, drain), desk.take(SUBJECT, bad)];
    expect(facts()).toHaveLength(2);
    for (const each of [desk, newDesk()]) {
      expect(each.take(SUBJECT, drain)).toEqual(first);
      expect(each.take(SUBJECT, bad)).toEqual(refused);
    }
    expect(facts()).toHaveLength(2);
  });

  it('of somebody else may have the same id', () => {
    desk.take(SUBJECT, wish({ wish: 'drain' }));
    desk.take(formatWishSubject({ ...identity, by: 'shop' }), wish({ wish: 'drain' }));
    expect(facts().map(({ data }) => data)).toEqual([
      { by: 'billing', request: 'w1' },
      { by: 'shop', request: 'w1' },
    ]);
  });

  it.each([
    ['another node', formatWishSubject({ cluster: 'test', node: 'n2', by: 'billing' })],
    ['another cluster', formatWishSubject({ cluster: 'prod', node: 'n1', by: 'billing' })],
    ['nobody', 'vipcast-wish.test.n1._'],
    ['a second spelling', 'vipcast-wish.test.n1._62illing'],
  ])('on the subject of %s is refused', (_, subject) => {
    expect(desk.take(subject, wish({ wish: 'drain' }))).toMatchObject({ outcome: 'refused' });
    expect(facts().map(({ type }) => type)).toEqual(['operator.Refused']);
  });

  it('of any bytes does nothing but what it says', () => {
    const fields = fc.dictionary(
      fc.constantFrom('v', 'id', 'wish', 'addresses', 'peer', '__proto__'),
      fc.jsonValue(),
    );
    const any = fc.oneof(
      fc.uint8Array(),
      fields.map((each) => bytes(JSON.stringify(each))),
    );
    fc.assert(
      fc.property(any, (each) => {
        const before = log.last();
        desk.take(SUBJECT, each);
        for (const { type } of log.read({ after: before })) expect(type).toMatch(/^operator\./);
        expect(log.last() - before).toBeLessThanOrEqual(1);
      }),
    );
  });
});

it('a flood of nonsense does not fill the log', () => {
  for (let i = 0; i < 1000; i++)
    expect(desk.take(SUBJECT, bytes(`${i}`))).toMatchObject({ outcome: 'refused', node: 'n1' });
  expect(facts().length).toBeLessThan(200);
  expect(desk.take(SUBJECT, wish({ wish: 'drain' }))).toMatchObject({ outcome: 'accepted' });
});
