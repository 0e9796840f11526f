import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecodeError, encodeNotification, frame, KEEPALIVE, MAX_MESSAGE_LENGTH } from './index.ts';

const concat = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const header = (length: number, type: number, marker = 'ff'.repeat(16)) =>
  Uint8Array.fromHex(marker + length.toString(16).padStart(4, '0') + type.toString(16).padStart(2, '0'));
const message = (length: number, type: number) =>
  concat([header(length, type), new Uint8Array(Math.max(0, length - 19))]);

interface Outcome {
  readonly messages: readonly string[];
  readonly rest: string;
  readonly error?: DecodeError | undefined;
}

/** Feeds a stream cut at these places, stopping at the first error as a session does. */
const feed = (stream: Uint8Array, cuts: readonly number[], limit: number): Outcome => {
  const ends = [...new Set(cuts.map((cut) => cut % (stream.length + 1))), stream.length].sort(
    (a, b) => a - b,
  );
  const messages: string[] = [];
  let rest: Uint8Array = new Uint8Array(0);
  let from = 0;
  for (const to of ends) {
    const framed = frame(rest, stream.subarray(from, to), limit);
    messages.push(...framed.messages.map((bytes) => bytes.toHex()));
    rest = framed.rest;
    from = to;
    expect(rest.length).toBeLessThan(limit);
    if (framed.error) return { messages, rest: rest.toHex(), error: framed.error };
  }
  return { messages, rest: rest.toHex() };
};

const anyMessage = fc.oneof(
  fc.constant(KEEPALIVE),
  fc.uint8Array({ maxLength: 60 }).map((data) => encodeNotification(6, 2, data)),
  fc.integer({ min: 23, max: 300 }).map((length) => message(length, 2)),
  fc.integer({ min: 23, max: 30 }).map((length) => message(length, 5)),
);
const anyTail = fc.oneof(fc.uint8Array({ maxLength: 40 }), anyMessage, fc.constant(new Uint8Array(0)));

describe('frame', () => {
  it('gives the same whatever the chunks', () => {
    fc.assert(
      fc.property(
        fc.array(anyMessage, { maxLength: 6 }),
        anyTail,
        fc.array(fc.nat(), { maxLength: 8 }),
        (messages, tail, cuts) => {
          const stream = concat([...messages, tail]);
          const whole = feed(stream, [], MAX_MESSAGE_LENGTH);
          expect(feed(stream, cuts, MAX_MESSAGE_LENGTH)).toEqual(whole);
          expect(whole.messages.slice(0, messages.length)).toEqual(messages.map((bytes) => bytes.toHex()));
        },
      ),
    );
  });

  it('loses nothing when bytes come one by one', () => {
    const stream = concat([KEEPALIVE, message(4096, 2), KEEPALIVE]);
    const everywhere = Array.from(stream.keys());
    expect(feed(stream, everywhere, MAX_MESSAGE_LENGTH)).toEqual({
      messages: [KEEPALIVE, message(4096, 2), KEEPALIVE].map((bytes) => bytes.toHex()),
      rest: '',
    });
  });

  it('hands out copies: the chunk may be reused', () => {
    const chunk = new Uint8Array([...KEEPALIVE, 0xff]);
    const { messages, rest } = frame(new Uint8Array(0), chunk, MAX_MESSAGE_LENGTH);
    chunk.fill(0);
    expect(messages).toEqual([KEEPALIVE]);
    expect(messages[0]!.buffer.byteLength).toBe(19);
    expect(rest).toEqual(Uint8Array.of(0xff));
  });

  it.each([
    ['a marker that is not all ones', header(19, 4, `${'ff'.repeat(15)}fe`), 1, ''],
    ['a TLS ClientHello', Uint8Array.fromHex('16030100f8010000f40303cb34ecb1e78163ba1c38c6dacb'), 1, ''],
    ['a web browser', new TextEncoder().encode('GET / HTTP/1.1\r\nHost: x\r\n'), 1, ''],
    ['length 0', header(0, 2), 2, '0000'],
    ['length 18', header(18, 4), 2, '0012'],
    ['an UPDATE of 22', header(22, 2), 2, '0016'],
    ['an UPDATE of 4097', header(4097, 2), 2, '1001'],
    ['an UPDATE of 65535', header(65535, 2), 2, 'ffff'],
    ['an OPEN of 28', header(28, 1), 2, '001c'],
    ['a NOTIFICATION of 20', header(20, 3), 2, '0014'],
    ['a KEEPALIVE of 20', header(20, 4), 2, '0014'],
    ['a ROUTE-REFRESH of 22', header(22, 5), 2, '0016'],
    ['type 0', header(19, 0), 3, '00'],
    ['type 6', header(19, 6), 3, '06'],
  ])('refuses %s after what was good', (_name, bad, subcode, data) => {
    const { messages, rest, error } = frame(new Uint8Array(0), concat([KEEPALIVE, bad]), MAX_MESSAGE_LENGTH);
    expect(messages).toEqual([KEEPALIVE]);
    expect(rest).toHaveLength(0);
    expect(error).toMatchObject({ code: 1, subcode, handling: 'session-reset' });
    expect(error?.data.toHex()).toBe(data);
  });

  it('takes longer messages after RFC 8654, but not an OPEN or a KEEPALIVE', () => {
    expect(frame(new Uint8Array(0), message(65535, 2), 65535).messages).toHaveLength(1);
    expect(frame(new Uint8Array(0), message(4097, 1), 65535).error).toMatchObject({ code: 1, subcode: 2 });
    expect(frame(new Uint8Array(0), message(20, 4), 65535).error).toMatchObject({ code: 1, subcode: 2 });
  });
});
