import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatCommunity,
  formatExtendedCommunity,
  formatLargeCommunity,
  parseCommunity,
  parseExtendedCommunity,
  parseLargeCommunity,
  WELL_KNOWN_COMMUNITIES,
} from './index.ts';

const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);

describe('communities', () => {
  it.each([
    ['65000:100', 0xfde80064],
    ['0:0', 0],
    ['65535:65535', 0xffffffff],
    ['no-export', 0xffffff01],
    ['no-advertise', 0xffffff02],
    ['no-export-subconfed', 0xffffff03],
    ['no-peer', 0xffffff04],
    ['blackhole', 0xffff029a],
    ['graceful-shutdown', 0xffff0000],
    ['accept-own', 0xffff0001],
  ])('%s', (text, value) => {
    expect(parseCommunity(text)).toBe(value);
    expect(formatCommunity(value)).toBe(text);
  });

  it('also take well-known ones by number', () => {
    expect(parseCommunity('65535:666')).toBe(WELL_KNOWN_COMMUNITIES.blackhole);
    expect(parseCommunity('65535:65281')).toBe(WELL_KNOWN_COMMUNITIES['no-export']);
  });

  it.each([
    '',
    '65536:1',
    '1:65536',
    '1',
    '1:2:3',
    ':1',
    '1:',
    '-1:1',
    '01:1',
    '1:1 ',
    '1e3:1',
    'NO-EXPORT',
    '__proto__',
    'constructor',
    '0x1:1',
  ])('refuse %j', (text) => {
    expect(parseCommunity(text)).toBeUndefined();
  });

  it('survive a round trip', () => {
    fc.assert(
      fc.property(fc.oneof(u32, fc.constantFrom(...Object.values(WELL_KNOWN_COMMUNITIES))), (value) => {
        expect(parseCommunity(formatCommunity(value))).toBe(value);
      }),
    );
  });
});

describe('large communities', () => {
  it('survive a round trip', () => {
    fc.assert(
      fc.property(u32, u32, u32, (global, local1, local2) => {
        const text = `${global}:${local1}:${local2}`;
        expect(parseLargeCommunity(text)).toEqual({ global, local1, local2 });
        expect(formatLargeCommunity({ global, local1, local2 })).toBe(text);
      }),
    );
  });

  it.each(['', '1:2', '1:2:3:4', '1:2:4294967296', '1::3', '1:2:03', 'a:2:3'])('refuse %j', (text) => {
    expect(parseLargeCommunity(text)).toBeUndefined();
  });
});

describe('extended communities', () => {
  it.each([
    ['rt:65000:1', 0x0002_fde8_0000_0001n],
    ['ro:65000:4294967295', 0x0003_fde8_ffff_ffffn],
    ['rt:192.0.2.1:7', 0x0102_c000_0201_0007n],
    ['rt:4200000000:9', 0x0202_fa56_ea00_0009n],
    ['rt:65000L:9', 0x0202_0000_fde8_0009n],
    ['0x4300000000000001', 0x4300_0000_0000_0001n],
    ['0x0000000000000000', 0n],
  ])('%s', (text, value) => {
    expect(parseExtendedCommunity(text)).toBe(value);
    expect(formatExtendedCommunity(value)).toBe(text);
  });

  it('know the route origin by its other name', () => {
    expect(parseExtendedCommunity('soo:65000:1')).toBe(parseExtendedCommunity('ro:65000:1'));
    expect(parseExtendedCommunity('soo:192.0.2.1:1')).toBe(0x0103_c000_0201_0001n);
  });

  it.each([
    '',
    'rt',
    'rt:1',
    'rt:1:2:3',
    'xx:1:2',
    'rt:65536:65536',
    'rt:1.2.3.4:65536',
    'rt:1.2.3:1',
    'rt:4294967296:1',
    'rt:1:4294967296',
    'rt:L:1',
    '0x',
    '0x12345678901234567',
    '1',
    'rt:-1:1',
  ])('refuse %j', (text) => {
    expect(parseExtendedCommunity(text)).toBeUndefined();
  });

  it('survive a round trip', () => {
    const typed = fc
      .tuple(fc.constantFrom(0, 1, 2, 0x40, 0x43), fc.constantFrom(2, 3, 4), u16, u32)
      .map(
        ([type, subtype, high, low]) =>
          (BigInt((type << 8) | subtype) << 48n) | (BigInt(high) << 32n) | BigInt(low),
      );
    fc.assert(
      fc.property(fc.oneof(typed, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), (value) => {
        expect(parseExtendedCommunity(formatExtendedCommunity(value))).toBe(value);
      }),
      { numRuns: 500 },
    );
  });
});
