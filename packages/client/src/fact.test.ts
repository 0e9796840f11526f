import type { Delivered } from '@vipcast/nats';
import { describe, expect, it } from 'vitest';
import { isKnown, open, unwrap } from './fact.ts';

// {"reason": "SIGTERM"} in MessagePack: a map of one, and two short strings.
const BODY = Uint8Array.from([0x81, 0xa6, ...Buffer.from('reason'), 0xa7, ...Buffer.from('SIGTERM')]);

const HEADERS: Readonly<Record<string, string>> = {
  'ce-specversion': '1.0',
  'ce-id': '0197a1b2-0000-7000-8000-000000000001',
  'ce-source': '/vipcast/n7/config',
  'ce-type': 'node.Stopped',
  'ce-time': '2026-11-23T09:41:07.1230625Z',
  'ce-subject': 'vipcast.prod.n7.node.n7',
  'ce-v': '1',
  'ce-writer': 'n7/config',
  'ce-epoch': '1795427026',
  'ce-n': '3',
  'ce-causationid': '',
  'ce-correlationid': '0197a1b2-0000-7000-8000-000000000001',
  'ce-hash': '00112233445566778899aabbccddeeff',
};

const delivered = (headers: Readonly<Record<string, string>> = {}, body = BODY): Delivered => {
  const all: Readonly<Record<string, string>> = { ...HEADERS, ...headers };
  const subject = 'vipcast.prod.n7.node.n7';
  return { subject, header: (name) => all[name] ?? '', body, sequence: 42, time: 1000, pending: 0 };
};

const factIn = (each: Delivered) => {
  const sealed = unwrap(each);
  if (typeof sealed === 'string') throw new Error(sealed);
  return open(sealed);
};

describe('a message of the stream', () => {
  it('is a fact', () => {
    const fact = factIn(delivered());
    expect(fact).toMatchObject({
      type: 'node.Stopped',
      subject: 'vipcast.prod.n7.node.n7',
      at: Date.UTC(2026, 10, 23, 9, 41, 7, 123) + 0.0625,
      writer: 'n7/config',
      epoch: 1_795_427_026,
      n: 3,
      data: { reason: 'SIGTERM' },
      position: 42,
      recordedAt: 1000,
    });
    expect(isKnown(fact)).toBe(true);
    if (isKnown(fact) && fact.type === 'node.Stopped') expect(fact.data.reason).toBe('SIGTERM');
  });

  it.each([
    ['type', { 'ce-type': 'node.Exploded' }, BODY],
    ['version', { 'ce-v': '2' }, BODY],
    ['data', { 'ce-type': 'node.Started' }, BODY],
    ['data', {}, Uint8Array.from([0x81, 0xa6])],
    ['data', {}, new Uint8Array(20_000).fill(0x91)],
  ])('of unknown %s is handed on as such', (unknown, headers, body) => {
    expect(factIn(delivered(headers as Record<string, string>, body))).toMatchObject({
      unknown,
      position: 42,
    });
  });

  it.each([
    ['another subject', { 'ce-subject': 'vipcast.prod.n8.node.n8' }],
    ['no number', { 'ce-n': '0' }],
    ['a body that is not compressed as it says', { 'content-encoding': 'gzip' }],
  ])('with %s is no fact', (_, headers) => {
    expect(unwrap(delivered(headers as Record<string, string>))).toBeTypeOf('string');
  });
});
