import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, KEEPALIVE, type WireContext } from './index.ts';
import { bytesOf, HEADER } from './message-fixture.ts';

const internal: WireContext = { fourOctetAs: true, maxMessageLength: 4096, external: false };

describe('the small ones', () => {
  it.each([
    ['KEEPALIVE', '001304', { type: 'keepalive' }],
    ['ROUTE-REFRESH', '00170500020001', { type: 'route-refresh', afi: 2, subtype: 0, safi: 1 }],
    [
      'NOTIFICATION',
      '0017030602' + '0161',
      { type: 'notification', code: 6, subcode: 2, data: Uint8Array.of(1, 0x61) },
    ],
  ] as const)('%s', (_name, hex, value) => {
    expect(decodeMessage(bytesOf(hex), internal)).toEqual({ ok: true, value });
    expect(encodeMessage(value, internal).toHex()).toBe(HEADER + hex);
  });

  it('KEEPALIVE is ready-made', () => {
    expect(KEEPALIVE.toHex()).toBe(`${HEADER}001304`);
  });

  it('a refresh demarcation must be four bytes (RFC 7313 §5), a plain request may carry filters', () => {
    const long = (subtype: string) => bytesOf(`0019050002${subtype}01beef`);
    expect(decodeMessage(long('01'), internal)).toMatchObject({
      ok: false,
      error: { code: 7, subcode: 1, data: long('01') },
    });
    expect(decodeMessage(long('02'), internal)).toMatchObject({ ok: false, error: { code: 7, subcode: 1 } });
    expect(decodeMessage(long('00'), internal)).toMatchObject({ ok: true });
  });

  it('a message must be as long as its header says', () => {
    const longer = Uint8Array.of(...KEEPALIVE, 0);
    expect(decodeMessage(longer, internal)).toMatchObject({ ok: false, error: { code: 1, subcode: 2 } });
    expect(decodeMessage(KEEPALIVE.subarray(0, 18), internal)).toMatchObject({
      ok: false,
      error: { code: 1 },
    });
  });
});
