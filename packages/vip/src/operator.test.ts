import { describe, expect, it } from 'vitest';
import { emptyState, step } from './index.ts';
import {
  announce,
  checked,
  config,
  down,
  onLo,
  start,
  told,
  up,
  web,
  withdraw,
  withdrawnBefore,
} from './scenario.ts';

describe('an operator', () => {
  it('announces and withdraws addresses', () => {
    const state = start(announce('192.0.2.99', '2001:DB8::99/128'));
    expect(told(emptyState(), announce('192.0.2.99', '2001:DB8::99/128'))).toEqual([
      'Advertised 192.0.2.99 operator-announced',
      'Advertised 2001:db8::99 operator-announced',
    ]);
    expect(told(state, withdraw('192.0.2.99/32'))).toEqual(['Withdrawn 192.0.2.99 operator-withdrew']);
    expect(told(state, announce('192.0.2.99'))).toEqual([
      'Refused: 192.0.2.99 is announced already: alice announced 192.0.2.99',
    ]);
    expect(told(start(announce('192.0.2.99'), withdraw('192.0.2.99')), announce('192.0.2.99'))).toEqual([
      'Advertised 192.0.2.99 operator-announced',
    ]);
  });

  it('withdraws a configured VIP whole, over probes and configurations, until announced again', () => {
    const state = start(config(checked), up(), up());
    expect(told(state, withdraw('192.0.2.10', '2001:db8::10'))).toEqual(['Withdrawn web operator-withdrew']);
    const without = step(state, withdraw('2001:db8::10')).state;
    expect(told(without, up())).toEqual([]);
    expect(told(without, config(checked))).toEqual([]);
    expect(told(without, withdraw('192.0.2.10'))).toEqual([
      'Refused: 192.0.2.10 is withdrawn already: alice withdrew 2001:db8::10',
    ]);
    expect(told(without, announce('2001:db8::10', '192.0.2.10'))).toEqual(['Advertised web healthy']);
  });

  it('hears why a lifted withdrawal is not enough', () => {
    const state = start(config(checked), withdraw('192.0.2.10'), down(), down(), down());
    expect(told(state, announce('192.0.2.10'))).toEqual(['Withheld web unhealthy']);
  });

  it('who withdraws again while the address is being bound is answered', () => {
    const state = start(withdrawnBefore, config(onLo), announce('192.0.2.10'));
    expect(told(state, withdraw('192.0.2.10'))).toEqual(['Withheld web operator-withdrew']);
  });

  it('cannot lift what nobody withdrew', () => {
    expect(told(start(config(web)), announce('192.0.2.10'))).toEqual([
      'Refused: 192.0.2.10 belongs to the configured VIP web, which no operator withdrew',
    ]);
  });

  it('cannot withdraw what nobody has', () => {
    expect(told(start(config(web)), withdraw('192.0.2.77'))).toEqual(['Refused: no VIP here has 192.0.2.77']);
  });

  it('gets the addresses that can be had', () => {
    expect(told(emptyState(), announce('192.0.2.1', 'x', '192.0.2.1', '224.0.0.1'))).toEqual([
      'Advertised 192.0.2.1 operator-announced',
      'Refused: "x" is not an IPv4 or IPv6 address; 224.0.0.1 is a multicast address',
    ]);
  });

  it('cannot take the name of a configured VIP', () => {
    expect(told(start(config({ ...web, name: '192.0.2.99' })), announce('192.0.2.99'))).toEqual([
      'Refused: a configured VIP has the name 192.0.2.99',
    ]);
  });

  it('loses a VIP whose name the configuration takes, without a withdrawal', () => {
    const state = start(announce('192.0.2.99'));
    const taken = config({ ...web, name: '192.0.2.99', addresses: ['192.0.2.99'] });
    expect(told(state, taken)).toEqual(['Advertised 192.0.2.99 configured']);
  });

  it.each([
    '',
    '192.0.2.0/24',
    '192.0.2.1/32/32',
    '2001:db8::/64',
    '2001:db8::1/32',
    '0.0.0.0',
    '::',
    '127.0.0.1',
    '::1',
    '169.254.1.1',
    'fe80::1',
    '224.0.0.5',
    'ff02::1',
    '::ffff:192.0.2.1',
    '255.255.255.255',
    'example.com',
  ])('is refused %j', (address) => {
    expect(told(emptyState(), announce(address))).toEqual([expect.stringContaining('Refused')]);
  });
});
