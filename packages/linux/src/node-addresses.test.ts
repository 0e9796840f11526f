import { formatAddress } from '@vipcast/net';
import { describe, expect, it } from 'vitest';
import { parseIfInet6 } from './node-addresses.ts';

describe('what the kernel lists', () => {
  it('becomes flags', () => {
    const text = [
      '20010db8000000000000000000000001 01 80 00 a2       lo',
      'fe800000000000000000000000000007 02 40 20 40     eth0',
      '20010db800000000000000000000000a 02 40 00 01     eth0',
      '20010db800000000000000000000000c 02 40 00 c8     eth0',
      '20010db8000000000000000000000007 02 40 00 80     eth0',
      '',
    ].join('\n');
    const lines = parseIfInet6(text).map((entry) => [
      entry.interface,
      formatAddress(entry.address),
      ...Object.entries(entry.flags).flatMap(([name, set]) => (set ? [name] : [])),
    ]);
    expect(lines).toEqual([
      ['lo', '2001:db8::1', 'deprecated'],
      ['eth0', 'fe80::7', 'tentative'],
      ['eth0', '2001:db8::a', 'temporary'],
      ['eth0', '2001:db8::c', 'tentative', 'dadFailed'],
      ['eth0', '2001:db8::7'],
    ]);
  });
});
