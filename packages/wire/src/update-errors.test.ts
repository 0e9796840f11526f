import { describe, expect, it } from 'vitest';
import { decodeUpdate } from './index.ts';
import {
  AS_PATH,
  attribute,
  DISCARD,
  external,
  hex,
  internal,
  MP_REACH,
  NEXT_HOP,
  NLRI,
  ORIGIN,
  outcomeOf,
  prefix,
  RESET,
  ROUTE,
  ROUTE_6,
  update,
  WITHDRAW,
} from './update-fixture.ts';

describe('the list as a whole', () => {
  const good = ORIGIN + AS_PATH + NEXT_HOP;
  const mpReach = ORIGIN + AS_PATH + MP_REACH;

  it.each([
    ['without ORIGIN', AS_PATH + NEXT_HOP, NLRI, WITHDRAW, '01'],
    ['without AS_PATH', ORIGIN + NEXT_HOP, NLRI, WITHDRAW, '02'],
    ['without NEXT_HOP', ORIGIN + AS_PATH, NLRI, WITHDRAW, '03'],
    ['with routes and no attributes (CVE-2023-41358)', '', NLRI, WITHDRAW, '01'],
    ['with only an unknown attribute (CVE-2023-46753)', attribute(99, 0xc0, '00'), NLRI, WITHDRAW, '01'],
    [
      'with MP_UNREACH, routes, nothing mandatory (CVE-2023-47234)',
      attribute(15, 0x80, '000201'),
      NLRI,
      WITHDRAW,
      '01',
    ],
    ['with MP_REACH and no ORIGIN', AS_PATH + MP_REACH, '', WITHDRAW, '01'],
  ])('%s', (_name, attributes, nlri, handling, data) => {
    const result = decodeUpdate(update(attributes, nlri), external);
    expect(result.ok && result.value.announced).toEqual([]);
    expect(result.ok && result.value.errors[0]).toMatchObject({ code: 3, subcode: 3, handling });
    expect(result.ok && result.value.errors[0]!.data.toHex()).toBe(data);
  });

  it('needs no NEXT_HOP when the routes are in MP_REACH', () => {
    expect(outcomeOf(update(mpReach), external)).toBe('fine');
  });

  it.each([
    ['one stray byte', '40', 1],
    ['two stray bytes', '4005', 1],
    ['half an extended length', '900500', 1],
    ['a value that runs over', '400504000000', 5],
    ['a length of 65535', '9005ffff00', 5],
  ])('finds the routes in spite of %s at the end (§4)', (_name, stray, subcode) => {
    const result = decodeUpdate(update(good + MP_REACH + stray, NLRI), internal);
    expect(result.ok && result.value).toMatchObject({
      withdrawn: [ROUTE],
      announced: [],
      attributes: [{ kind: 'mp-unreach', family: 'ipv6-unicast', prefixes: [ROUTE_6] }],
      errors: [{ code: 3, subcode }],
    });
  });

  it.each([
    ['an End-of-RIB with a damaged attribute (CVE-2023-47235)', update(attribute(1, 0x40, '')), ''],
    ['attributes and no routes', update(good + attribute(8, 0xc0, '00')), ''],
    ['withdrawals with a damaged attribute', update(attribute(1, 0x40, '09'), '', NLRI), ''],
  ])('ends the session for %s: nothing says what to withdraw (§5.2)', (_name, message) => {
    expect(outcomeOf(message, external)).toBe(RESET);
  });

  it('lets a discarded attribute be, without routes too', () => {
    expect(outcomeOf(update(attribute(6, 0x40, '00')), external)).toBe(DISCARD);
  });

  it.each([
    ['MP_REACH', MP_REACH],
    ['MP_UNREACH', attribute(15, 0x80, '000201')],
  ])('ends the session when %s comes twice (§3 g)', (_name, twice) => {
    const result = decodeUpdate(update(good + twice + twice, NLRI), external);
    expect(result).toMatchObject({ ok: false, error: { code: 3, subcode: 1, handling: RESET } });
  });

  it('keeps the first of any other attribute that comes 255 times', () => {
    const med = (value: number) => attribute(4, 0x80, hex(value, 8));
    const result = decodeUpdate(
      update(good + Array.from({ length: 255 }, (_, i) => med(i)).join(''), NLRI),
      external,
    );
    expect(result.ok && result.value.attributes.filter(({ kind }) => kind === 'med')).toEqual([
      { kind: 'med', med: 0 },
    ]);
    expect(result.ok && result.value.errors).toMatchObject([{ handling: DISCARD }]);
  });

  it('lets the strongest error win (§3 h)', () => {
    const weak = attribute(6, 0x40, '00');
    const middle = attribute(4, 0x80, '');
    const strong = attribute(0xfd, 0x40, '');
    expect(outcomeOf(update(good + weak + middle, NLRI), external)).toBe(WITHDRAW);
    expect(outcomeOf(update(good + middle + weak, NLRI), external)).toBe(WITHDRAW);
    expect(outcomeOf(update(good + middle + weak + strong, NLRI), external)).toBe(RESET);
  });

  it('takes attributes in any order', () => {
    const result = decodeUpdate(update(MP_REACH + NEXT_HOP + AS_PATH + ORIGIN, NLRI), external);
    expect(result.ok && result.value.attributes.map(({ kind }) => kind)).toEqual([
      'mp-reach',
      'next-hop',
      'as-path',
      'origin',
    ]);
  });

  it('withdraws the routes of an MP_REACH whose next hop is no host', () => {
    const reach = attribute(14, 0x80, `00020110${'00'.repeat(16)}00${'3020010db80001'}`);
    const result = decodeUpdate(update(ORIGIN + AS_PATH + reach), external);
    expect(result.ok && result.value).toMatchObject({
      attributes: [{ kind: 'mp-unreach', family: 'ipv6-unicast', prefixes: [ROUTE_6] }],
      errors: [{ code: 3, subcode: 8 }],
    });
  });

  it('makes one withdrawal of what MP_UNREACH and MP_REACH name', () => {
    const unreach = attribute(15, 0x80, '000201' + '3020010db80002');
    const result = decodeUpdate(update(ORIGIN + unreach + MP_REACH), external);
    expect(result.ok && result.value.attributes).toEqual([
      { kind: 'mp-unreach', family: 'ipv6-unicast', prefixes: [prefix('2001:db8:2::/48'), ROUTE_6] },
    ]);
  });

  it('drops what is unknown and non-transitive quietly, and keeps what is transitive', () => {
    const unknown =
      attribute(0xfd, 0x80, 'aa') + attribute(0xfe, 0xc0, 'bb') + attribute(24, 0x80, '00'.repeat(36));
    const result = decodeUpdate(update(good + unknown, NLRI), external);
    expect(result.ok && result.value).toMatchObject({ announced: [ROUTE], errors: [] });
    expect(result.ok && result.value.attributes.slice(3)).toEqual([
      { kind: 'unknown', flags: 0xc0, code: 0xfe, value: Uint8Array.of(0xbb) },
    ]);
  });

  it('keeps a family it does not speak as it came', () => {
    const value = `00010104${'c0000201'}00${'18c63364'}`.replace('000101', '000180');
    const result = decodeUpdate(update(ORIGIN + AS_PATH + attribute(14, 0x80, value)), external);
    expect(result.ok && result.value.attributes[2]).toEqual({
      kind: 'unknown',
      flags: 0x80,
      code: 14,
      value: Uint8Array.fromHex(value),
    });
  });
});

describe('the fields', () => {
  it.each([
    ['a withdrawn length beyond the message', update('', '', '').fill(0xff, 19, 21), 1],
    ['a withdrawn length that leaves no room for the next', update('').fill(1, 20, 21), 1],
    ['an attribute length beyond the message (CVE-2026-37462)', update('', '', '', 1), 1],
    ['both lengths together beyond the message', update('', '', NLRI, 5), 1],
    ['a route of 33 bits', update(ORIGIN + AS_PATH + NEXT_HOP, '21c633640000'), 10],
    ['a route of 255 bits', update(ORIGIN + AS_PATH + NEXT_HOP, 'ffc63364'), 10],
    ['a route cut short', update(ORIGIN + AS_PATH + NEXT_HOP, '18c633'), 10],
    ['a withdrawal cut short', update('', '', '18c633'), 10],
  ])('end the session for %s', (_name, message, subcode) => {
    expect(decodeUpdate(message, external)).toMatchObject({
      ok: false,
      error: { code: 3, subcode, handling: RESET },
    });
  });

  it('hold a path of 900 AS numbers', () => {
    const segment = `02ff${'0000fde9'.repeat(255)}`;
    const path = attribute(2, 0x50, `${segment.repeat(3)}0287${'0000fde9'.repeat(135)}`);
    const result = decodeUpdate(update(ORIGIN + path + NEXT_HOP, NLRI), external);
    const asPath = result.ok && result.value.attributes[1];
    expect(asPath && asPath.kind === 'as-path' && asPath.segments.map(({ asns }) => asns.length)).toEqual([
      255, 255, 255, 135,
    ]);
  });

  it('are copied, not viewed: the message may be overwritten', () => {
    const message = update(
      ORIGIN + AS_PATH + NEXT_HOP + attribute(0xfe, 0xc0, 'deadbeef') + attribute(6, 0x40, '77'),
      NLRI,
    );
    const result = decodeUpdate(message, external);
    message.fill(0);
    expect(result.ok && result.value.attributes.at(-1)).toMatchObject({
      value: Uint8Array.fromHex('deadbeef'),
    });
    expect(result.ok && result.value.errors[0]!.data.toHex()).toBe('40060177');
  });
});
