import { parseAddress } from '@vipcast/net';
import { describe, expect, it } from 'vitest';
import { fingerprint, type HostAddress } from './host-address.ts';

describe('a fingerprint', () => {
  const host: HostAddress = {
    address: parseAddress('2001:db8::7')!,
    length: 64,
    interface: 'eth0',
    scope: 'global',
    flags: { temporary: false, deprecated: false, tentative: false, dadFailed: false },
    preferredLifetime: 60,
  };
  const other = { ...host, address: parseAddress('2001:db8::8')! };

  it('ignores order and a lifetime that counts down', () => {
    expect(fingerprint([host, other])).toBe(fingerprint([other, host]));
    expect(fingerprint([{ ...host, preferredLifetime: 59 }])).toBe(fingerprint([host]));
  });

  it.each<[string, Partial<HostAddress>]>([
    ['an address', { address: other.address }],
    ['a length', { length: 128 }],
    ['an interface', { interface: 'eth1' }],
    ['a scope', { scope: 'link' }],
    ['a flag', { flags: { ...host.flags, tentative: true } }],
    ['a lifetime that ends no more', { preferredLifetime: Number.POSITIVE_INFINITY }],
  ])('tells %s apart', (_, change) => {
    expect(fingerprint([{ ...host, ...change }])).not.toBe(fingerprint([host]));
  });
});
