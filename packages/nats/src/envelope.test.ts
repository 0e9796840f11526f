import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envelopeOf, factOf, type Message, type PackedFact, placeOf } from './envelope.ts';

const sample: PackedFact = {
  id: '0190f6c2-79b0-7cc3-98c4-000000000000',
  type: 'node.Stopped',
  v: 1,
  subject: 'vipcast.test.n7.node.n7',
  at: Date.UTC(2026, 8, 21, 14, 13, 20) + 0.25,
  causationId: '',
  correlationId: '0190f6c2-79b0-7cc3-98c4-000000000000',
  writer: 'n7/speaker',
  epoch: 1,
  n: 1,
  hash: Uint8Array.from(Buffer.from('00112233445566778899aabbccddeeff', 'hex')),
  // {"reason": "x"} in MessagePack.
  data: Uint8Array.from([0x81, 0xa6, ...Buffer.from('reason'), 0xa1, 0x78]),
};

const sent = (fact: PackedFact, change: Readonly<Record<string, string>> = {}): Message => {
  const { headers, body } = envelopeOf(fact);
  const all = new Map<string, string>([...headers, ...Object.entries(change)]);
  return { subject: fact.subject, header: (name) => all.get(name) ?? '', body };
};

describe('a fact on its way', () => {
  it('is a CloudEvents message in binary mode', () => {
    expect(Object.fromEntries(envelopeOf(sample).headers)).toEqual({
      'Nats-Msg-Id': '0190f6c2-79b0-7cc3-98c4-000000000000',
      'ce-specversion': '1.0',
      'ce-id': '0190f6c2-79b0-7cc3-98c4-000000000000',
      'ce-source': '/vipcast/n7/speaker',
      'ce-type': 'node.Stopped',
      'ce-time': '2026-09-21T14:13:20.00025Z',
      'ce-subject': 'vipcast.test.n7.node.n7',
      'ce-datacontenttype': 'application/msgpack',
      'ce-v': '1',
      'ce-writer': 'n7/speaker',
      'ce-epoch': '1',
      'ce-n': '1',
      'ce-causationid': '',
      'ce-correlationid': '0190f6c2-79b0-7cc3-98c4-000000000000',
      'ce-hash': '00112233445566778899aabbccddeeff',
    });
  });

  it('arrives as it was, whatever is in it', () => {
    const time = fc.double({ min: 0, max: 4e12, noNaN: true }).map((at) => Math.floor(at * 4096) / 4096);
    const text = fc.string({ unit: 'binary', minLength: 1 });
    const changes = fc.record({
      at: time,
      id: text,
      correlationId: text,
      data: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(changes, (change) => {
        const fact = { ...sample, ...change };
        const { headers } = envelopeOf(fact);
        expect(headers.every(([, value]) => /^[!-~]*$/.test(value))).toBe(true);
        expect(factOf(sent(fact))).toEqual(fact);
      }),
    );
  });

  it('travels compressed when it is large', () => {
    const large = { ...sample, data: new Uint8Array(3_000_000).fill(0x41) };
    expect(envelopeOf(large).body.length).toBeLessThan(100_000);
    const arrived = factOf(sent(large));
    expect(typeof arrived === 'string' ? arrived : Buffer.compare(arrived.data, large.data)).toBe(0);
  });

  it('may be about what only a later release knows', () => {
    const later = { ...sample, type: 'moon.Risen', subject: 'vipcast.test.n7.moon.m1' };
    expect(factOf(sent(later))).toEqual(later);
  });

  it('says whose it is before anybody opens it', () => {
    const sealed = { ...sent(sample, { 'content-encoding': 'gzip', 'ce-id': '' }), body: new Uint8Array() };
    expect(placeOf(sealed)).toEqual({ writer: 'n7/speaker', epoch: 1, n: 1 });
    expect(placeOf(sent(sample, { 'ce-writer': 'n8/speaker' }))).toBe('n8/speaker is no writer of n7');
  });

  it.each([
    ['a subject that it did not come on', { 'ce-subject': 'vipcast.test.n7.vip.web' }],
    ['a writer of another node', { 'ce-writer': 'n8/speaker' }],
    ['a writer whose node begins alike', { 'ce-writer': 'n77/speaker' }],
    ['no id', { 'ce-id': '' }],
    ['no type', { 'ce-type': '' }],
    ['n zero', { 'ce-n': '0' }],
    ['a fraction of an epoch', { 'ce-epoch': '1.5' }],
    ['a huge epoch', { 'ce-epoch': '99999999999999999999' }],
    ['no version', { 'ce-v': '' }],
    ['no time', { 'ce-time': '' }],
    ['words for a time', { 'ce-time': 'yesterday' }],
    ['a short hash', { 'ce-hash': 'abcd' }],
    ['a broken escape', { 'ce-id': '%E0%A4%A' }],
    ['a body that is not compressed as it says', { 'content-encoding': 'gzip' }],
  ])('is none with %s', (_, change) => {
    expect(factOf(sent(sample, change))).toBeTypeOf('string');
  });
});
