import { expect, it } from 'vitest';
import { known, routeTable, withdrawals } from './route-table.ts';

const update = (body: string) => {
  const bytes = Buffer.from(body.replace(/\s/g, ''), 'hex');
  return { bytes: Buffer.concat([Buffer.alloc(16, 0xff), Buffer.of(0, 19 + bytes.length, 2), bytes]) };
};

// Built by hand from RFC 4271 §4.3 and RFC 4760 §3 and §4.
const FIRST = update(`0000 0028  400101 00  400200  800404 00000032
  800e 17 0002 01 04 0a000001 00 40 20010db800000001 20 20010db8  20 c000020a 18 c00002`);
const SECOND = update('0005 20 c000020a 0007 800f 04 0002 01 00');

it('adds up UPDATEs', () => {
  expect(known([FIRST])).toEqual(['192.0.2.0/24', '192.0.2.10/32', '2001:db8:0:1::/64', '2001:db8::/32']);
  expect(routeTable([FIRST]).get('192.0.2.10/32')?.get(4)).toBe('00000032');
  expect(known([FIRST, SECOND])).toEqual(['192.0.2.0/24', '2001:db8:0:1::/64', '2001:db8::/32']);
  expect(withdrawals([FIRST, SECOND])).toEqual(['192.0.2.10/32', '::/0']);
});
