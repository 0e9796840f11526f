import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeNotification, encodeNotification, notificationName, shutdownData } from './index.ts';

const described = (code: number, subcode: number, data = '') =>
  describeNotification({ code, subcode, data: Uint8Array.fromHex(data) });
const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (data: Uint8Array) => describeNotification({ code: 6, subcode: 2, data }).text;

describe('names', () => {
  it.each([
    [1, 1, 'Message Header Error/Connection Not Synchronized'],
    [2, 0, 'OPEN Message Error/Unspecific'],
    [2, 6, 'OPEN Message Error/Unacceptable Hold Time'],
    [2, 11, 'OPEN Message Error/Role Mismatch'],
    [3, 11, 'UPDATE Message Error/Malformed AS_PATH'],
    [4, 0, 'Hold Timer Expired'],
    [5, 3, 'Finite State Machine Error/Receive Unexpected Message in Established State'],
    [6, 2, 'Cease/Administrative Shutdown'],
    [6, 10, 'Cease/BFD Down'],
    [6, 99, 'Cease/99'],
    [7, 1, 'ROUTE-REFRESH Message Error/Invalid Message Length'],
    [8, 0, 'Send Hold Timer Expired'],
    [77, 3, '77/3'],
  ])('%i/%i', (code, subcode, name) => {
    expect(notificationName(code, subcode)).toBe(name);
    expect(described(code, subcode).name).toBe(name);
  });
});

describe('data', () => {
  it.each([
    [1, 2, '1001', 'length 4097'],
    [1, 3, '06', 'type 6'],
    [2, 1, '0004', 'version 4 is supported'],
    [2, 2, 'fde8', 'AS 65000'],
    [2, 2, '000f4240', 'AS 1000000'],
    [2, 3, '0a000001', 'identifier 10.0.0.1'],
    [2, 4, '0101ff', 'parameter type 1'],
    [2, 6, '0002', 'hold time 2 s'],
    [2, 7, '010400020001', 'Multiprotocol Extensions ipv6-unicast'],
    [2, 7, '4104000f42400200', 'Four-octet AS Number, Route Refresh'],
    [2, 7, '0104001946460601', 'Multiprotocol Extensions AFI 25 SAFI 70, Extended Message'],
    [3, 3, '03', 'NEXT_HOP'],
    [3, 3, '63', 'attribute 99'],
    [3, 5, '800403000000', 'MULTI_EXIT_DISC, flags 0x80, length 3, value 000000'],
    [3, 9, '900e0002abcd', 'MP_REACH_NLRI, flags 0x90, length 2, value abcd'],
    [3, 4, '80ff', 'attribute 255, flags 0x80'],
    [5, 2, '02', 'message type 2'],
    [6, 1, '00020100000064', 'ipv6-unicast, limit 100'],
    [6, 1, '0001800000ffff', 'AFI 1 SAFI 128, limit 65535'],
    [6, 1, '0002', undefined],
    [2, 2, '', undefined],
    [4, 0, 'ffff', undefined],
    [8, 0, '', 'messages were not read'],
  ])('%i/%i %s says %s', (code, subcode, data, detail) => {
    expect(described(code, subcode, data).detail).toBe(detail);
  });

  it('of a Hard Reset is the NOTIFICATION inside (RFC 8538)', () => {
    expect(described(6, 9, '0602' + '03627965')).toEqual({
      name: 'Cease/Hard Reset',
      text: 'bye',
      detail: 'Cease/Administrative Shutdown',
    });
    expect(described(6, 9, '0206' + '0001').detail).toBe(
      'OPEN Message Error/Unacceptable Hold Time: hold time 1 s',
    );
    expect(described(6, 9, '06')).toEqual({ name: 'Cease/Hard Reset' });
    expect(described(6, 9, '0609'.repeat(2000)).detail).toBe('Cease/Hard Reset');
  });

  it('is cut to what one message holds', () => {
    expect(encodeNotification(6, 2, new Uint8Array(5000))).toHaveLength(4096);
    expect(encodeNotification(4, 0)).toHaveLength(21);
  });

  it('of any sort can be described', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), fc.uint8Array({ maxLength: 300 }), (code, subcode, data) => {
        expect(describeNotification({ code, subcode, data }).name).not.toBe('');
      }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.nat(11),
        fc.uint8Array({ maxLength: 30 }),
        (code, subcode, data) => {
          expect(describeNotification({ code, subcode, data }).name).not.toBe('');
        },
      ),
    );
  });
});

describe('shutdown text (RFC 9003)', () => {
  it('is written with its length, and read back', () => {
    expect(shutdownData('bye').toHex()).toBe('03627965');
    expect(shutdownData('').toHex()).toBe('00');
    expect(textOf(shutdownData('maintenance: TICKET-1-1438367390 ½ h'))).toBe(
      'maintenance: TICKET-1-1438367390 ½ h',
    );
    expect(describeNotification({ code: 6, subcode: 4, data: shutdownData('x') }).text).toBe('x');
    expect(describeNotification({ code: 6, subcode: 3, data: shutdownData('x') }).text).toBeUndefined();
  });

  it('is cut between characters', () => {
    const data = shutdownData(`a${'€'.repeat(100)}`);
    expect(data[0]).toBe(253);
    expect(data).toHaveLength(254);
    expect(textOf(data)).toBe(`a${'€'.repeat(84)}`);
  });

  it.each([
    ['ANSI colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a window title', 'a\u001b]0;owned\u0007b', 'ab'],
    ['an unfinished title', 'a\u001b]0;owned', 'a'],
    ['one-character CSI', 'a\u009b2Jb', 'ab'],
    ['a reset', 'a\u001bcb', 'ab'],
    ['a bare escape at the end', 'a\u001b', 'a'],
    ['controls', 'a\u0000\u0008b\u007f', 'ab'],
    ['line breaks', 'a\r\nb\u2028c', 'a b c'],
    ['direction overrides', 'a\u202eb', 'ab'],
  ])('loses %s', (_name, sent, shown) => {
    expect(textOf(shutdownData(sent))).toBe(shown);
  });

  it.each([
    ['of malformed UTF-8 shows where', [3, 0x61, 0xff, 0x62], 'a\ufffdb'],
    ['that is empty is none', [0], undefined],
    ['of nothing but controls is none', [1, 7], undefined],
    ['longer than there is is none', [2, 0x61], undefined],
    ['without its length is none', [], undefined],
    ['ends where its length says', [1, 0x61, 0x62], 'a'],
  ])('%s', (_name, data, shown) => {
    expect(textOf(Uint8Array.from(data))).toBe(shown);
  });

  it('of any bytes is printable and at most 255 bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 255, maxLength: 255 }), (bytes) => {
        const text = textOf(Uint8Array.of(255, ...bytes)) ?? '';
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(utf8(text).length).toBeLessThanOrEqual(255);
      }),
    );
  });

  it('of any text fits, and is a beginning of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const data = shutdownData(text);
        expect(data[0]).toBe(data.length - 1);
        const sent = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data.subarray(1));
        expect(text.startsWith(sent)).toBe(true);
        expect(utf8(text).length - (data.length - 1)).toBeLessThan(
          utf8(text).length > 255 ? utf8(text).length - 251 : 1,
        );
      }),
    );
  });
});
