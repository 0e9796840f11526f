import { formatAddress } from '@vipcast/net';
import { describe, expect, it } from 'vitest';
import type { HostAddress } from './host-address.ts';
import { parseIpAddresses } from './ip-addresses.ts';

/** Printed by iproute2 6.1 (`ip -j -d addr show`), shortened. */
const IP_JSON = JSON.stringify([
  {},
  {
    ifindex: 2,
    ifname: 'eth0',
    flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
    addr_info: [
      {
        family: 'inet',
        local: '10.0.0.7',
        prefixlen: 24,
        broadcast: '10.0.0.255',
        scope: 'global',
        label: 'eth0',
        valid_life_time: 4294967295,
        preferred_life_time: 4294967295,
      },
      {
        family: 'inet',
        local: '10.9.0.1',
        address: '10.9.0.2',
        prefixlen: 32,
        scope: 'global',
        valid_life_time: 4294967295,
        preferred_life_time: 4294967295,
      },
      {
        family: 'inet6',
        local: '2001:db8::a',
        prefixlen: 64,
        scope: 'global',
        temporary: true,
        dynamic: true,
        valid_life_time: 7200,
        preferred_life_time: 3600,
      },
      {
        family: 'inet6',
        local: '2001:db8::b',
        prefixlen: 64,
        scope: 'global',
        deprecated: true,
        valid_life_time: 7200,
        preferred_life_time: 0,
      },
      {
        family: 'inet6',
        local: '2001:db8::c',
        prefixlen: 64,
        scope: 'global',
        tentative: true,
        dadfailed: true,
        valid_life_time: 4294967295,
        preferred_life_time: 4294967295,
      },
      {
        family: 'inet6',
        local: 'fec0::1',
        prefixlen: 64,
        scope: 'site',
        valid_life_time: 4294967295,
        preferred_life_time: 4294967295,
      },
      {
        family: 'inet6',
        local: 'fe80::7',
        prefixlen: 64,
        scope: 'link',
        valid_life_time: 4294967295,
        preferred_life_time: 4294967295,
      },
    ],
  },
  {
    ifname: 'eth1',
    flags: ['BROADCAST', 'MULTICAST'],
    addr_info: [{ local: '10.1.0.7', prefixlen: 24, scope: 'global' }],
  },
  { ifname: 'eth2', flags: ['UP'] },
]);

const flagsOf = ({ flags }: HostAddress): string[] =>
  Object.entries(flags).flatMap(([name, set]) => (set ? [name] : []));

const shown = (host: HostAddress) => [
  `${host.interface} ${formatAddress(host.address)}/${host.length}`,
  host.scope,
  host.preferredLifetime,
  ...flagsOf(host),
];

describe('what ip prints', () => {
  it('becomes addresses; those of links that are down are left out', () => {
    expect(parseIpAddresses(IP_JSON).map(shown)).toEqual([
      ['eth0 10.0.0.7/24', 'global', Infinity],
      ['eth0 10.9.0.1/32', 'global', Infinity],
      ['eth0 2001:db8::a/64', 'global', 3600, 'temporary'],
      ['eth0 2001:db8::b/64', 'global', 0, 'deprecated'],
      ['eth0 2001:db8::c/64', 'global', Infinity, 'tentative', 'dadFailed'],
      ['eth0 fec0::1/64', 'global', Infinity],
      ['eth0 fe80::7/64', 'link', Infinity],
    ]);
  });

  it('may be nothing, and is an error when it is not JSON', () => {
    expect(parseIpAddresses('')).toEqual([]);
    expect(() => parseIpAddresses('1: lo: <LOOPBACK>')).toThrow();
  });
});
