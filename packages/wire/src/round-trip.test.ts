import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, type Message, type WireContext } from './index.ts';
import { anyContext, anyMessage } from './message-arbitraries.ts';

/** Damage as it happens and as attackers do it: to one byte, to a length, by cutting out and by doubling. */
const anyDamage = fc.record({
  at: fc.nat(),
  sort: fc.constantFrom('set', 'cut', 'double', 'truncate'),
  value: fc.constantFrom(0, 1, 2, 3, 4, 0x0f, 0x10, 0x40, 0x80, 0xc0, 0xfe, 0xff),
  span: fc.integer({ min: 1, max: 8 }),
});

const damage = (
  message: Uint8Array,
  { at, sort, value, span }: { at: number; sort: string; value: number; span: number },
) => {
  const bytes = [...message];
  // The header is made good again afterwards: damage there is framing's business.
  const place = 19 + (at % Math.max(1, bytes.length - 19));
  if (sort === 'set') bytes[place] = value;
  if (sort === 'cut') bytes.splice(place, span);
  if (sort === 'double') bytes.splice(place, 0, ...bytes.slice(place, place + span));
  if (sort === 'truncate') bytes.length = Math.min(bytes.length, place);
  bytes[16] = bytes.length >>> 8;
  bytes[17] = bytes.length & 0xff;
  return Uint8Array.from(bytes);
};

/** Any outcome is right as long as it is one, and speaks of nothing outside the message. */
const expectSaneOutcome = (bytes: Uint8Array, context: WireContext) => {
  const result = decodeMessage(bytes, context);
  const errors = result.ok ? (result.value.type === 'update' ? result.value.errors : []) : [result.error];
  for (const error of errors) {
    expect(error.data.length).toBeLessThanOrEqual(Math.max(4, bytes.length));
    expect(error.data.buffer).not.toBe(bytes.buffer);
    expect(error.data.buffer.byteLength).toBe(error.data.length);
    expect(error.message).toMatch(/\.$/);
  }
  if (
    result.ok &&
    result.value.type === 'update' &&
    errors.some(({ handling }) => handling === 'treat-as-withdraw')
  )
    expect(result.value.announced).toEqual([]);
};

describe('round trip', () => {
  it('decode ∘ encode is the identity', () => {
    fc.assert(
      fc.property(anyMessage, anyContext, (message, context) => {
        expect(decodeMessage(encodeMessage(message, context), context)).toEqual({ ok: true, value: message });
      }),
      { numRuns: 1000 },
    );
  });

  it('what was accepted without errors can be sent on and means the same', () => {
    fc.assert(
      fc.property(
        anyMessage,
        anyContext,
        fc.array(anyDamage, { maxLength: 3 }),
        (message, context, damages) => {
          const bytes = damages.reduce(damage, encodeMessage(message, context));
          const result = decodeMessage(bytes, context);
          if (!result.ok || (result.value.type === 'update' && result.value.errors.length > 0)) return;
          const again = decodeMessage(encodeMessage(result.value, { ...context, maxMessageLength: 65535 }), {
            ...context,
            maxMessageLength: 65535,
          });
          // Passing on sets the Partial bit of what is not understood.
          const partial = (value: Message) =>
            value.type !== 'update'
              ? value
              : {
                  ...value,
                  attributes: value.attributes.map((attribute) =>
                    attribute.kind === 'unknown' && (attribute.flags & 0xc0) === 0xc0
                      ? { ...attribute, flags: attribute.flags | 0x20 }
                      : attribute,
                  ),
                };
          expect(again).toEqual({ ok: true, value: partial(result.value) });
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('any bytes', () => {
  it('never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), anyContext, (bytes, context) => {
        expectSaneOutcome(bytes, context);
      }),
      { numRuns: 1000 },
    );
  });

  it('behind a good header never throw', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.uint8Array({ maxLength: 200 }),
        anyContext,
        fc.boolean(),
        (type, body, context, external) => {
          const length = 19 + body.length;
          expectSaneOutcome(
            Uint8Array.of(...new Array(16).fill(0xff), length >>> 8, length & 0xff, type, ...body),
            { ...context, external },
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('of a valid message, damaged up to three times, never throw', () => {
    fc.assert(
      fc.property(
        anyMessage,
        anyContext,
        fc.boolean(),
        fc.array(anyDamage, { minLength: 1, maxLength: 3 }),
        (message, context, external, damages) => {
          expectSaneOutcome(damages.reduce(damage, encodeMessage(message, context)), {
            ...context,
            external,
          });
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('cut anywhere never throw', () => {
    fc.assert(
      fc.property(anyMessage, anyContext, (message, context) => {
        const bytes = encodeMessage(message, context);
        for (let length = 0; length < bytes.length; length++) {
          expect(decodeMessage(bytes.slice(0, length), context).ok).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });
});
