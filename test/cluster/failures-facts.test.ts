import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { NewFact } from '@vipcast/events';
import { verify } from '@vipcast/log';
import { headers, type Msg } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { have } from '../setup/packages.ts';
import { administer } from './administration.ts';
import { idsOf, type Member, startMember, untilAlike } from './members.ts';
import { type NatsServer, startNats } from './nats.ts';
import { type Access, askNats } from './sites.ts';

/** How a message differs from the good one that it is made of. */
interface Spoilt {
  readonly headers?: Readonly<Record<string, string>>;
  readonly without?: string;
  readonly subject?: string;
  readonly body?: Uint8Array;
}

const nested = Buffer.concat([Buffer.alloc(10_000, 0x91), Buffer.of(0xc0)]);

/** Not one of these is a fact, or is one that its writer did not state. */
const SPOILT: readonly (readonly [what: string, spoilt: Spoilt])[] = [
  ['no body', { body: Buffer.alloc(0) }],
  ['half a body', { body: Buffer.of(0x85, 0xa3, 0x76) }],
  ['a body of noise', { body: randomBytes(900_000) }],
  ['a body of JSON', { body: Buffer.from('{"vip":"web"}') }],
  ['a body of JSON that ends early', { body: Buffer.from('{"vip":"we') }],
  ['a body with a byte order mark', { body: Buffer.from('\u{feff}{}') }],
  ['a body 10,000 deep', { body: nested }],
  ['a list for a body', { body: Buffer.of(0x90) }],
  ['a number that is none', { body: Buffer.of(0x81, 0xa1, 0x61, 0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0) }],
  ['a body that says it is compressed', { headers: { 'content-encoding': 'gzip' } }],
  ['8 MB, compressed', { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(8_000_000)) }],
  [
    '80 MB, compressed',
    { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(80_000_000)) },
  ],
  ['no type', { without: 'ce-type' }],
  ['no writer', { without: 'ce-writer' }],
  ['no hash', { without: 'ce-hash' }],
  ['no headers', { without: 'ce-' }],
  ['a writer of another node', { headers: { 'ce-writer': 'n2/vip-watcher' } }],
  ['a writer called __proto__', { headers: { 'ce-writer': '__proto__/x' } }],
  ['a subject of another node', { subject: 'vipcast.test.n2.vip.web' }],
  ['a subject of no aggregate', { subject: 'vipcast.test.n1.nothing.web' }],
  ['a subject too long', { subject: 'vipcast.test.n1.vip.web.web' }],
  ['another subject than it says', { headers: { 'ce-subject': 'vipcast.test.n1.vip.other' } }],
  ['epoch 0', { headers: { 'ce-epoch': '0' } }],
  ['an epoch before its last', { headers: { 'ce-epoch': '-1' } }],
  ['epoch 2^53 + 1', { headers: { 'ce-epoch': '9007199254740993' } }],
  ['epoch NaN', { headers: { 'ce-epoch': 'NaN' } }],
  ['n 0', { headers: { 'ce-n': '0' } }],
  ['n in scientific notation', { headers: { 'ce-n': '1e3' } }],
  ['version 0', { headers: { 'ce-v': '0' } }],
  ['version -1', { headers: { 'ce-v': '-1' } }],
  ['no time', { headers: { 'ce-time': '' } }],
  ['a time in words', { headers: { 'ce-time': 'yesterday' } }],
  ['a year of six digits', { headers: { 'ce-time': '999999-01-01T00:00:00.000Z' } }],
  ['half a hash', { headers: { 'ce-hash': '00ff' } }],
  ['the place and the id of another body', { body: Buffer.of(0x80) }],
  ['the id of another fact', { headers: { 'ce-id': 'forged' } }],
];

/** What a later release, a wrong clock or a strange mind may state in all honesty. */
const STRANGE: readonly (readonly [what: string, change: Readonly<Record<string, unknown>>])[] = [
  ['a type of a later release', { type: 'vip.Teleported', data: { vip: 'web', to: ['n2'] } }],
  ['an aggregate of a later release', { type: 'moon.Landed', data: {} }],
  ['a version of a later release', { v: 99, data: { vip: { name: 'web' } } }],
  [
    'a key of a later release',
    {
      data: {
        vip: 'web',
        addresses: ['192.0.2.1'],
        source: 'static',
        reason: 'configured',
        because: '',
        mood: 'good',
      },
    },
  ],
  ['the year 1970', { at: 0 }],
  ['the year 9999', { at: 253_402_300_799_000 }],
  [
    'a key called __proto__',
    { type: 'vip.Teleported', data: JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') },
  ],
  ['8 MB', { type: 'vip.Teleported', data: { text: 'x'.repeat(8_000_000) } }],
  [
    'numbers at the edge',
    { type: 'vip.Teleported', data: { a: Number.NaN, b: 2 ** 53 + 2, c: -0, d: Number.POSITIVE_INFINITY } },
  ],
  ['500 deep', { type: 'vip.Teleported', data: { a: JSON.parse('['.repeat(500) + ']'.repeat(500)) } }],
];

describe.skipIf(!have('nats-server 2.14'))('what comes over NATS and is not as it should be', () => {
  let nats: NatsServer;
  let access: Access;
  let author: Member;
  let stranger: Member;
  let reader: Member;
  let good: Msg;

  beforeAll(async () => {
    nats = await startNats('2.14');
    access = { urls: [nats.url] };
    author = await startMember('n1', [nats.url]);
    stranger = await startMember('n2', [nats.url]);
    reader = await startMember('n3', [nats.url]);
    await administer(nats, async (_, nc) => {
      const heard: Msg[] = [];
      nc.subscribe('vipcast.test.n1.>', { callback: (__, message) => void heard.push(message) });
      await nc.flush();
      author.append(1);
      good = await until(() => heard[0], { what: 'a good fact' });
    });
    await untilAlike([author, reader]);
  });
  afterAll(async () => {
    for (const each of [reader, stranger, author, nats]) await each?.[Symbol.asyncDispose]();
  });

  const expectWell = async (): Promise<void> => {
    author.append(1);
    await until(() => idsOf(reader.log, 'n1').length === author.wrote.length, { what: 'the next good fact' });
    expect(idsOf(reader.log, 'n1')).toEqual(author.wrote);
    expect([...verify(reader.log)]).toEqual([]);
    for (const { replication } of [author, reader])
      expect(replication.status()).toMatchObject({ connected: true, problem: '' });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  };

  it.each(SPOILT)(
    'passes over a fact with %s',
    async (_, { headers: changed = {}, without, subject, body }) => {
      const list = headers();
      const n = String(author.wrote.length + 1);
      for (const [name, [value = '']] of good.headers ?? [])
        if (without === undefined || !name.startsWith(without)) list.set(name, value);
      // The next place of its writer, with the hash of the first.
      if (without === undefined) list.set('ce-n', n);
      for (const [name, value] of Object.entries(changed)) list.set(name, value);
      list.set('Nats-Msg-Id', randomBytes(8).toString('hex'));
      await administer(nats, async (__, nc) => {
        nc.publish(subject ?? good.subject, body ?? good.data, { headers: list });
        const flushed = nc.flush();
        // Before it hears of that place: whoever has a place that the author has not come to is a rival, and stops it.
        author.append(1);
        await flushed;
      });
      await expectWell();
    },
  );

  /** Lets a node state a strange fact; returns when another one has recorded it. */
  const state = async (change: Readonly<Record<string, unknown>>): Promise<void> => {
    const [fact] = Array.from(author.log.read({ limit: 1 }));
    const { id, type, v, at, causationId, correlationId, data } = fact!;
    const strange = { type, v, at, causationId, correlationId, data, ...change };
    const aggregate = String(strange.type).split('.')[0];
    const writer = stranger.log.writer('n2/stranger');
    const subject = `vipcast.test.n2.${aggregate}.x`;
    writer.append([{ ...strange, id: `${id}-${writer.epoch}`, subject } as unknown as NewFact]);
    await until(
      () =>
        reader.log.terms().some((term) => term.writer === writer.name && term.epoch === writer.epoch) &&
        reader.replication.status().problem === '',
      { what: 'the strange fact', explain: () => [...stranger.said, ...reader.said].slice(-8).join('\n') },
    );
  };

  it.each(STRANGE)('records a fact with %s', async (_, change) => {
    await state(change);
    await expectWell();
  });

  it('does not keep anybody who asks from an answer', async () => {
    for (const [, change] of STRANGE) await state(change);
    const questions: readonly (readonly [question: string, ...statuses: number[]])[] = [
      ['vips', 0],
      ['peers', 0],
      ['routes', 0],
      ['next-hops', 0],
      ['status', 0, 3],
      ['log', 0],
      ['log -o json', 0],
      ['log export --format jsonl', 0],
      ['log export --format ris-live', 0],
      ['history web0', 0],
      ['why web0', 1],
      ['diff --from seq:1', 0],
    ];
    for (const [question, ...statuses] of questions) {
      const { code, stderr } = await askNats(access, ...question.split(' '));
      expect([question, statuses.includes(code), code, stderr]).toEqual([question, true, code, stderr]);
      expect(stderr).not.toMatch(/TypeError|at \S+\.ts/);
    }
  });
});
